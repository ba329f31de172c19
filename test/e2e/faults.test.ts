import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../scripts/command.ts'
import { tareProgram } from '../../scripts/tare.ts'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import { writeContext } from '../support/context.ts'
import { assertNothingLeft, leftovers } from '../support/leaks.ts'
import { startTestRegistry } from '../support/registry.ts'
import { openSmallDisk } from '../support/small-disk.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

const sound = async (store: TestStore): Promise<void> => {
  expect((await store.tare(['check-store', '--deep'])).stdout).toBe('ok: nothing wrong\n')
  expect(leftovers(store.root)).toEqual([])
}

describe('a full disk: an error that names it, a sound store, and a way out', () => {
  const BIG = randomBytes(40 << 20)
  const STEPS: Readonly<Record<string, string>> = {
    COPY: 'FROM busybox\nCOPY big /big\n',
    RUN: 'FROM busybox\nRUN cat /dev/urandom > /big\n',
    ADD: 'FROM busybox\nADD big.tar /big/\n',
  }

  it.each(Object.entries(STEPS))('in the middle of %s', async (_, Dockerfile) => {
    using disk = openSmallDisk(48)
    using store = openTestStore({ TARE_ROOT: join(disk.path, 'store') })
    const onDisk = { ...store, root: join(disk.path, 'store') }
    await buildBusybox(store)
    using folder = tempFolder()
    writeContext(folder.path, { big: BIG, Dockerfile })
    await runCommand('tar', ['-C', folder.path, '-cf', join(folder.path, 'big.tar'), 'big'])
    writeFileSync(join(disk.path, 'other'), Buffer.alloc(8 << 20))
    const { code, stderr } = await store.tare(['build', folder.path])
    expect(stderr).toMatch(/hint: .*\bdisk of .*\/store/)
    expect(stderr).toContain('tare system prune')
    expect(stderr).not.toContain('internal error')
    expect(code).toBe(1)
    await sound(onDisk)
    expect((await store.tare(['run', 'busybox', 'echo', 'still here'])).stdout).toBe('still here\n')
  })

  it('full to the last block: prune works, and then building does', async () => {
    using disk = openSmallDisk(32)
    using store = openTestStore({ TARE_ROOT: join(disk.path, 'store') })
    const onDisk = { ...store, root: join(disk.path, 'store') }
    await buildBusybox(store)
    await buildContext(store, { Dockerfile: 'FROM busybox\nRUN head -c 6000000 /dev/urandom > /x\n' })
    using folder = tempFolder()
    const saved = join(folder.path, 'image.tar')
    await store.tare(['save', '-o', saved, 'busybox'])
    disk.fill()
    const loaded = await store.tare(['load'], { input: readFileSync(saved) })
    expect(loaded.stderr).toMatch(/no space left|ENOSPC/)
    expect(loaded.code).toBe(1)
    const pruned = await store.tare(['system', 'prune', '-f'])
    expect(pruned.code, pruned.stderr).toBe(0)
    expect(pruned.stdout).toMatch(/Total reclaimed space: [1-9]/)
    disk.free()
    await sound(onDisk)
    const built = await buildContext(store, { Dockerfile: 'FROM busybox\nRUN echo again\n' })
    expect(built.code, built.stderr).toBe(0)
  })

  it('while an image is saved: nothing half written is left', async () => {
    using disk = openSmallDisk(8)
    using store = openTestStore()
    await buildBusybox(store)
    await buildContext(store, { Dockerfile: 'FROM busybox\nRUN head -c 20000000 /dev/urandom > /x\n' }, ['-t', 'big'])
    const { code, stderr } = await store.tare(['save', '-o', join(disk.path, 'image.tar'), 'big'])
    expect(stderr).toContain('no space left on the disk')
    expect(code).toBe(1)
    expect(readdirSync(disk.path)).toEqual(['lost+found'])
    const piped = await runCommand('sh', ['-c', '"$0" save big >/dev/full', tareProgram()], { env: store.env })
    expect(piped.stderr).toBe('ERROR: writing to standard output: no space left on the disk\n')
    expect(piped.code).toBe(1)
  })

  it('says of a read-only disk that it is', async () => {
    using disk = openSmallDisk(16)
    using store = openTestStore({ TARE_ROOT: join(disk.path, 'store') })
    await buildContext(store, { Dockerfile: 'FROM scratch\nLABEL a=b\n' })
    disk.setReadOnly(true)
    const { code, stderr } = await store.tare(['images'])
    expect(stderr).toContain('the file system is read-only')
    expect(code).toBe(1)
    disk.setReadOnly(false)
  })
})

describe('a damaged store', () => {
  let store: TestStore
  beforeEach(async () => {
    store = openTestStore()
    await buildBusybox(store)
  })
  afterEach(() => store[Symbol.dispose]())

  it('never gives a changed snapshot away as the layer it was', async () => {
    const [snapshot] = readdirSync(join(store.root, 'snapshots')).filter(name =>
      existsSync(join(store.root, 'snapshots', name, 'fs/etc/passwd')),
    )
    appendFileSync(join(store.root, 'snapshots', snapshot as string, 'fs/etc/passwd'), 'evil:x:0:0::/:/bin/sh\n')
    using folder = tempFolder()
    const output = join(folder.path, 'image.tar')
    const saved = await store.tare(['save', '-o', output, 'busybox'])
    expect(saved.stderr).toMatch(/making the layer of snapshot \d+ again: expected sha256:\w+, got sha256:/)
    expect([saved.code, existsSync(output)]).toEqual([1, false])
    await using registry = await startTestRegistry()
    const name = `${registry.host}/busybox`
    await store.tare(['tag', 'busybox', name])
    expect((await store.tare(['push', name])).code).toBe(1)
    const check = await store.tare(['check-store', '--deep'])
    expect(check.stdout).toContain('SNAPSHOT_CHANGED')
    expect(check.stdout).not.toContain('LOCK_FILE')
    expect(check.code).toBe(1)
  })

  it('never sends a damaged blob, and pull brings it back', async () => {
    await using registry = await startTestRegistry()
    const name = `${registry.host}/busybox:1`
    await store.tare(['tag', 'busybox', name])
    expect((await store.tare(['push', name])).code).toBe(0)
    const blobs = join(store.root, 'blobs/sha256')
    const paths = readdirSync(blobs).map(file => join(blobs, file))
    const [blob = ''] = paths.sort((a, b) => statSync(b).size - statSync(a).size)
    const bytes = readFileSync(blob)
    bytes[1000] = (bytes[1000] as number) ^ 1
    chmodSync(blob, 0o600)
    writeFileSync(blob, bytes)
    await using other = await startTestRegistry()
    const elsewhere = `${other.host}/busybox:1`
    await store.tare(['tag', 'busybox', elsewhere])
    const pushed = await store.tare(['push', elsewhere])
    expect(pushed.stderr).toMatch(/expected (digest )?sha256:/)
    expect(pushed.code).toBe(1)
    const check = await store.tare(['check-store', '--deep', '--repair'])
    expect(check.stdout).toContain('repaired BLOB_WRONG_DIGEST')
    expect((await store.tare(['pull', name])).code).toBe(0)
    const again = await store.tare(['push', elsewhere])
    expect(again.code, again.stderr).toBe(0)
    await sound(store)
  })

  it('says that its index is damaged, and what to do', async () => {
    rmSync(join(store.root, 'tare.db-wal'), { force: true })
    writeFileSync(join(store.root, 'tare.db'), 'garbage'.repeat(1000))
    const { code, stderr } = await store.tare(['images'])
    expect(stderr).toContain('it is damaged')
    expect(stderr).toContain('hint: Move the file away')
    expect(code).toBe(1)
  })

  it('of a newer Tare is left alone', async () => {
    const db = new DatabaseSync(join(store.root, 'tare.db'))
    db.exec('PRAGMA user_version = 9999')
    db.close()
    const { code, stderr } = await store.tare(['system', 'prune', '-af'])
    expect(stderr).toMatch(/expected schema version \d+ or older, got 9999/)
    expect(stderr).toContain('hint: A newer Tare has used this store')
    expect(code).toBe(1)
  })
})

describe('many at once', () => {
  const SLOW = 'FROM busybox\nRUN sleep 1; echo one > /one\nRUN sleep 1; echo two > /two\nCOPY file /\n'

  it('two builds of the same thing, with prune and rmi in between, give the same image', async () => {
    using store = openTestStore()
    await buildBusybox(store)
    const files = { Dockerfile: SLOW, file: 'x' }
    const build = (tag: string) => buildContext(store, files, ['-t', tag], { env: { SOURCE_DATE_EPOCH: '1700000000' } })
    const building = Promise.all([build('one'), build('two')])
    await pause(700)
    const meanwhile = [await store.tare(['system', 'prune', '-f']), await store.tare(['rmi', 'busybox'])]
    await pause(700)
    meanwhile.push(await store.tare(['system', 'prune', '-af']))
    for (const { code, stderr } of meanwhile) expect(code, stderr).toBe(0)
    for (const { code, stderr } of await building) expect(code, stderr).toBe(0)
    const ids = (await store.tare(['images', '-q', '--no-trunc'])).stdout.trim().split('\n')
    expect(new Set(ids).size).toBe(1)
    expect((await store.tare(['run', 'one', 'cat', '/one', '/two'])).stdout).toBe('one\ntwo\n')
    await sound(store)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s in the middle of a RUN ends all of it', async signal => {
    using store = openTestStore()
    await buildBusybox(store)
    using folder = tempFolder()
    writeContext(folder.path, { Dockerfile: 'FROM busybox\nRUN echo begun; sleep 1000\n' })
    const child = spawn(tareProgram(), ['build', '--progress', 'plain', folder.path], {
      env: { ...process.env, ...store.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    for await (const chunk of child.stderr.setEncoding('utf8')) {
      said += chunk
      if (/ begun\n/.test(said) && !child.killed) child.kill(signal)
    }
    if (child.exitCode === null) await once(child, 'exit')
    expect(child.exitCode).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal])
    expect(said).toContain(`stopped by ${signal}`)
    await assertNothingLeft(store.root)
    await sound(store)
  })

  it('a sandbox that is killed from outside is a RUN that was killed', async () => {
    using store = openTestStore()
    await buildBusybox(store)
    const Dockerfile = 'FROM busybox\nRUN echo begun; kill -9 1; sleep 1; sh -c "kill -9 \\$PPID"; sleep 1000\n'
    const building = buildContext(store, { Dockerfile })
    const inside = await findSleeper()
    process.kill(inside, 'SIGKILL')
    const { code, stderr } = await building
    expect(stderr).toMatch(/did not complete successfully: (exit code: \d+|killed)/)
    expect(code).toBe(1)
    await assertNothingLeft(store.root)
    await sound(store)
  })
})

/** The pid, as the machine counts, of a `sleep 1000` in a sandbox. */
async function findSleeper(): Promise<number> {
  for (;;) {
    for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
      try {
        if (readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\x001000\0') return Number(pid)
      } catch {
        // It ended meanwhile.
      }
    }
    await pause(50)
  }
}

describe('odd places and large inputs', () => {
  it('a store behind a symlink, and one whose name is odd', async () => {
    using folder = tempFolder()
    mkdirSync(join(folder.path, 'real'))
    symlinkSync('real', join(folder.path, 'link'))
    for (const place of ['link/store', 'a b,c:d\\e']) {
      using store = openTestStore({ TARE_ROOT: join(folder.path, place) })
      await buildBusybox(store)
      expect((await store.tare(['run', 'busybox', 'echo', 'fine'])).stdout).toBe('fine\n')
    }
  })

  it('an ordinary user is told at once that root is needed', async () => {
    using folder = tempFolder()
    chmodSync(folder.path, 0o755)
    cpSync('/bin/true', join(folder.path, 'file'))
    writeFileSync(join(folder.path, 'Dockerfile'), 'FROM scratch\nCOPY file /\n')
    const own = join(folder.path, 'own')
    mkdirSync(own)
    chownSync(own, 65534, 65534)
    const as = ['--reuid=65534', '--regid=65534', '--clear-groups', tareProgram()]
    const env = { TARE_ROOT: join(own, 'store'), HOME: own, DOCKER_CONFIG: own }
    const built = await runCommand('setpriv', [...as, 'build', folder.path], { env })
    expect(built.stderr).toBe(
      'ERROR: failed to solve: making root file systems: Tare has to run as root here, and runs as uid 65534\n' +
        'hint: Run it as root, for instance with sudo; builds of ordinary users are not supported yet.\n',
    )
    expect(built.code).toBe(1)
    using rootsOwn = openTestStore()
    await buildContext(rootsOwn, { Dockerfile: 'FROM scratch\nLABEL a=b\n' })
    const denied = await runCommand('setpriv', [...as, 'system', 'df'], { env: { ...env, TARE_ROOT: rootsOwn.root } })
    expect(denied.stderr).toMatch(/^ERROR: opening store .*: permission denied\nhint: /)
    expect(denied.code).toBe(1)
  })

  it('save -o of a device leaves the device, and of a link the link', async () => {
    using store = openTestStore()
    await buildBusybox(store)
    using folder = tempFolder()
    const [node, link, target] = ['null', 'link', 'target'].map(name => join(folder.path, name)) as [
      string,
      string,
      string,
    ]
    await runCommand('mknod', ['-m', '666', node, 'c', '1', '3'])
    symlinkSync('target', link)
    writeFileSync(target, 'old')
    for (const output of [node, link]) {
      const { code, stderr } = await store.tare(['save', '-o', output, 'busybox'])
      expect(code, stderr).toBe(0)
    }
    expect(lstatSync(node).isCharacterDevice()).toBe(true)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(statSync(target).size).toBeGreaterThan(1_000_000)
    expect(readdirSync(dirname(node)).sort()).toEqual(['link', 'null', 'target'])
  })

  it('output without end or line feeds takes no memory', async () => {
    using store = openTestStore()
    await buildBusybox(store)
    const Dockerfile =
      'FROM busybox\nRUN head -c 100000000 /dev/zero | tr "\\0" x\nRUN yes $(seq 1000 1100) | head -c 30000000\n'
    using folder = tempFolder()
    writeContext(folder.path, { Dockerfile })
    const measured = await runCommand('python3', ['-c', MEASURE, tareProgram(), folder.path], { env: store.env })
    expect(measured.code, measured.stderr).toBe(0)
    expect(Number(measured.stdout.trim())).toBeLessThan(300 * 1024)
  })

  // 10,000 steps once overflowed the stack, and what came out was an empty image; with a layer each they take minutes.
  it.each(process.env['TARE_LONG'] ? [600, 3000, 10_000] : [600])('a chain of %i steps', async count => {
    using store = openTestStore()
    const steps = Array.from({ length: count }, (_, i) => `COPY <<EOF /f${i % 7}\n${i}\nEOF\n`)
    const built = await buildContext(store, { Dockerfile: `FROM scratch\n${steps.join('')}` }, ['-t', 'deep'])
    expect(built.code, built.stderr.slice(-1000)).toBe(0)
    const [image] = JSON.parse((await store.tare(['image', 'inspect', 'deep'])).stdout)
    expect(image.RootFS.Layers).toHaveLength(count)
    const run = await store.tare(['run', 'deep', 'true'])
    expect(run.stderr).toContain(`${count} layers do not fit: overlay takes 500 at most`)
  })

  it('a thousand stages, and a line of a megabyte', async () => {
    using store = openTestStore()
    const stages = Array.from(
      { length: 1000 },
      (_, i) => `FROM ${i === 0 ? 'scratch' : `s${i - 1}`} AS s${i}\nLABEL l${i}=${i}\n`,
    )
    const many = await buildContext(store, { Dockerfile: stages.join('') })
    expect(many.code, many.stderr).toBe(0)
    const long = await buildContext(store, { Dockerfile: `FROM scratch\nLABEL x="${'y'.repeat(1 << 20)}"\n` })
    expect(long.stderr).toContain('dockerfile line greater than max allowed size of 65535')
    expect(long.stderr.length).toBeLessThan(4000)
    const Dockerfile = `FROM scratch\nCOPY ${'nosuch \\\n '.repeat(2000)} /\n`
    const tall = await buildContext(store, { Dockerfile })
    expect(tall.stderr).toContain('more lines')
    expect(tall.stderr.split('\n').length).toBeLessThan(100)
  })
})

/** Peak memory in KiB of a build's largest process. */
const MEASURE = `import resource, subprocess, sys
code = subprocess.run([sys.argv[1], 'build', '--progress', 'plain', sys.argv[2]], stderr=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)`
