import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandResult } from '../../scripts/command.ts'
import { tareProgram } from '../../scripts/tare.ts'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import { type ContextEntry, writeContext } from '../support/context.ts'
import { assertNothingLeft } from '../support/leaks.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

let store: TestStore

beforeAll(async () => {
  store = openTestStore()
  await buildBusybox(store)
}, 120_000)
afterAll(() => store[Symbol.dispose]())

type Files = Readonly<Record<string, ContextEntry>>

/** Builds `FROM busybox` with these instructions; what they print is in `stderr`. */
function build(instructions: string, files: Files = {}, flags: readonly string[] = []): Promise<CommandResult> {
  return buildContext(store, { Dockerfile: `FROM busybox\n${instructions}\n`, ...files }, flags)
}

/** What steps printed, without progress. */
function printed({ stderr }: CommandResult): string[] {
  return [...stderr.matchAll(/^#\d+ \d+\.\d+ (.*)$/gm)].map(([, line]) => line as string)
}

/** Steps of a build that was made again, by their command. */
function cachedSteps({ stderr }: CommandResult): string[] {
  return [...stderr.matchAll(/^#(\d+) \[.*\] RUN (.*)\n(?:\n?#\1 .*\n)*?#\1 CACHED$/gm)].map(
    ([, , command]) => command!,
  )
}

/** The files of an image's layers above the base. */
async function layerFiles(image: string): Promise<string[]> {
  const { stdout } = await store.tare(['run', '--rm', image, 'find', '/', '-xdev', '-newer', '/base-mark'])
  return stdout.split('\n').filter(Boolean)
}

describe('bind mounts', () => {
  it('show what the ignore file leaves of the context, and nothing that is written to them', async () => {
    const files = { a: 'A', 'd/b': 'B', 'd/drop': 'D', '.dockerignore': 'd/drop\nDockerfile\n.dockerignore\n' }
    const built = await build(
      'RUN --mount=target=/src,rw cd /src && find . -type f | sort && rm a && echo x > d/new\nRUN --mount=target=/src cat /src/a && ls /src/d',
      files,
    )
    expect(printed(built)).toEqual(['./a', './d/b', 'Ab'])
  })

  it('are keyed by the files that they show, and by nothing else', async () => {
    using folder = tempFolder()
    const dockerfile = 'FROM busybox\nRUN --mount=source=in,target=/in cat /in/f\n'
    writeContext(folder.path, { Dockerfile: dockerfile, 'in/f': 'one', other: 'x', '.dockerignore': 'in/ignored' })
    const again = async (change: Files): Promise<boolean> => {
      writeContext(folder.path, change)
      const built = await store.tare(['build', '--progress', 'plain', folder.path])
      expect(built.code, built.stderr).toBe(0)
      return cachedSteps(built).length === 0
    }
    expect(await again({})).toBe(true)
    expect(await again({ other: 'y' })).toBe(false)
    expect(await again({ 'in/ignored': 'ignored' })).toBe(false)
    expect(await again({ 'in/f': 'two' })).toBe(true)
    expect(await again({ 'in/f': 'one' })).toBe(false)
  })

  it('of a stage are keyed by the files that they show where the stage was built again', async () => {
    const dockerfile = (first: string): string => `FROM busybox AS made
RUN echo ${first} > /first; mkdir /d; echo same > /d/f; touch -d @1 /d /d/f
FROM busybox
RUN --mount=from=made,source=/d,target=/m cat /m/f
`
    const made = (first: string): Promise<CommandResult> => buildContext(store, { Dockerfile: dockerfile(first) })
    expect(printed(await made('1'))).toEqual(['same'])
    const again = await made('2')
    expect(cachedSteps(again)).toEqual(['--mount=from=made,source=/d,target=/m cat /m/f'])
  })

  it('of a file that is not there are an error with their columns and what was meant', async () => {
    const built = await build('RUN --mount=source=confg,target=/c --mount=target=/src true', { config: 'x' })
    expect(built.stderr).toContain('"/confg" not found in the build context')
    expect(built.stderr).toContain('hint: Did you mean config?')
    expect(built.stderr).toMatch(/^ {5}\| {9}\^{30}$/m)
    const ignored = await build('RUN --mount=source=a,target=/c true', { a: 'x', '.dockerignore': 'a' })
    expect(ignored.stderr).toContain('hint: It is excluded by .dockerignore, line 1: a')
    const staged = await build('FROM busybox\nRUN --mount=from=busybox,source=/etc/paswd,target=/p true')
    expect(staged.stderr).toContain('hint: Did you mean /etc/passwd?')
  })

  it('do not lead out of what is mounted', async () => {
    const built = await build('RUN --mount=source=l,target=/m true', { l: { link: '/etc/hostname' } })
    expect(built.stderr).toContain('"/l" not found in the build context')
    const inside = await build('RUN --mount=target=/m,rw --mount=type=tmpfs,target=/m/l/x true; ls /etc', {
      l: { link: '/etc' },
    })
    expect(printed(inside)).toContain('passwd')
  })

  it('leave the context as it was', async () => {
    using folder = tempFolder()
    writeContext(folder.path, {
      Dockerfile: 'FROM busybox\nRUN --mount=target=/src,rw rm -rf /src/*; echo x > /src/y',
      a: 'A',
    })
    const built = await store.tare(['build', '--progress', 'plain', folder.path])
    expect(built.code, built.stderr).toBe(0)
    expect(readdirSync(folder.path).sort()).toEqual(['Dockerfile', 'a'])
  })
})

describe('what mounts leave in an image', () => {
  it('is nothing, mount points included', async () => {
    const base = await build('RUN touch -d @2000000000 /base-mark', {}, ['-t', 'mark'])
    expect(base.code, base.stderr).toBe(0)
    const mounts = [
      '--mount=target=/a/b/c',
      '--mount=type=cache,target=/a/cache',
      '--mount=type=tmpfs,target=/t/m',
      '--mount=type=secret,id=s,target=/root/.s',
      '--mount=source=f,target=/opt/x/f',
    ].join(' ')
    const write = 'echo 1 > /a/cache/1; echo 2 > /t/m/2; echo own > /own; touch -d @2100000000 /own'
    const files = { Dockerfile: `FROM mark\nRUN ${mounts} ${write}\n`, f: 'F' }
    const built = await buildContext(store, files, ['-t', 'mounted', '--secret', 'id=s,env=HOME'])
    expect(built.code, built.stderr).toBe(0)
    expect(await layerFiles('mounted')).toEqual(['/own'])
    const history = await store.tare(['history', '--no-trunc', '--format', '{{.CreatedBy}}', 'mounted'])
    expect(history.stdout).not.toMatch(/--mount|\.s\b/)
  })
})

describe('cache mounts', () => {
  it('outlive builds and --no-cache, and are no reason to build again', async () => {
    const step = 'RUN --mount=type=cache,target=/cache,id=outlive echo x >> /cache/f && wc -l < /cache/f'
    expect(printed(await build(step))).toEqual(['1'])
    expect(cachedSteps(await build(step))).toHaveLength(1)
    expect(printed(await build(step, {}, ['--no-cache']))).toEqual(['2'])
    const renamed = step.replace('id=outlive', 'id=another')
    expect(cachedSteps(await build(renamed))).toHaveLength(1)
    expect(printed(await build(renamed, {}, ['--no-cache']))).toEqual(['1'])
  })

  it('of another namespace are others', async () => {
    const step = 'RUN --mount=type=cache,target=/cache,id=spaced touch /cache/$(ls /cache | wc -l); ls /cache | wc -l'
    const inSpace = (name: string): Promise<CommandResult> =>
      build(step, {}, ['--no-cache', '--build-arg', `BUILDKIT_CACHE_MOUNT_NS=${name}`])
    expect(printed(await inSpace('a'))).toEqual(['1'])
    expect(printed(await inSpace('a'))).toEqual(['2'])
    expect(printed(await inSpace('b'))).toEqual(['1'])
  })

  it('begin with what they are told to', async () => {
    const files = { 'seed/f': 'from the context' }
    const steps = `COPY seed /seed
FROM busybox
COPY seed /seed
RUN --mount=type=cache,target=/c,from=busybox,source=/etc,uid=5,mode=0711 stat -c '%a %u' /c; ls /c; touch /c/new
RUN --mount=type=cache,target=/c,from=busybox,source=/etc,uid=5,mode=0711 ls /c`
    expect(printed(await build(steps, files))).toEqual(['711 5', 'group', 'passwd', 'group', 'new', 'passwd'])
  })

  it('are seen by system df, and taken back by system prune but not by image prune', async () => {
    await build('RUN --mount=type=cache,target=/c,id=counted dd if=/dev/zero of=/c/big bs=1M count=3')
    const rows = async (): Promise<string[]> =>
      (await store.tare(['system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Active}}'])).stdout.split('\n')
    const before = (await rows()).find(row => row.startsWith('Cache Mounts'))
    expect(before).toMatch(/^Cache Mounts [1-9]\d* 0$/)
    await store.tare(['image', 'prune', '--force'])
    expect(await rows()).toContain(before)
    const pruned = await store.tare(['system', 'prune', '--force'])
    expect(pruned.stdout).toMatch(/deleted: \d+ cache mounts/)
    expect(await rows()).toContain('Cache Mounts 0 0')
    expect(readdirSync(join(store.root, 'cache-mounts'))).toEqual([])
    expect((await store.tare(['check-store', '--deep'])).stdout).toBe('ok: nothing wrong\n')
  })

  it('whose directory is nobody’s are found by check-store', async () => {
    await build('RUN --mount=type=cache,target=/c,id=stray true', {}, ['--no-cache'])
    writeContext(store.root, { 'cache-mounts/zzz/fs/f': 'x' })
    expect((await store.tare(['check-store'])).stdout).toMatch(/found STRAY_FILE .*cache-mounts\/zzz/)
    expect((await store.tare(['check-store', '--repair'])).stdout).toMatch(/repaired STRAY_FILE/)
    expect((await store.tare(['check-store'])).stdout).toBe('ok: nothing wrong\n')
  })
})

/** A build of one step, in a process of its own. */
class RunningBuild implements Disposable {
  readonly #child: ChildProcess
  readonly #folder = tempFolder()
  #said = ''

  constructor(step: string) {
    writeContext(this.#folder.path, { Dockerfile: `FROM busybox\nRUN ${step}\n` })
    this.#child = spawn(tareProgram(), ['build', '--no-cache', '--progress', 'plain', this.#folder.path], {
      env: { ...process.env, ...store.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', text => {
      this.#said += text
    })
  }

  get said(): string {
    return this.#said
  }

  /** Resolves when it has printed this. */
  async saying(text: string): Promise<void> {
    while (!this.#said.includes(text)) {
      if (this.#child.exitCode !== null) throw new Error(`expected ${text}, got ${this.#said}`)
      await Promise.race([once(this.#child.stderr!, 'data'), once(this.#child, 'exit')])
    }
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
    return this.#child.exitCode
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal)
    await this.ended()
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
    this.#folder[Symbol.dispose]()
  }
}

/** What the other build prints, not what its step is called. */
const FOUND = /^#\d+ [\d.]+ found/m

/** Cache mounts as the host sees them. */
function cacheFiles(name: string): string[] {
  const place = join(store.root, 'cache-mounts')
  return readdirSync(place).flatMap(id => {
    try {
      return [readFileSync(join(place, id, 'fs', name), 'utf8')]
    } catch {
      return []
    }
  })
}

describe('two builds with one cache mount', () => {
  const holding = (sharing: string, id: string): string =>
    `--mount=type=cache,target=/c,id=${id},sharing=${sharing} echo first ${id} > /c/who; echo holding; until [ -e /c/go ]; do sleep 0.02; done; echo released`
  const second = (sharing: string, id: string): string =>
    `--mount=type=cache,target=/c,id=${id},sharing=${sharing} echo "found $(cat /c/who 2>/dev/null || echo nothing)"; touch /c/go`
  const release = (id: string): void => {
    for (const name of readdirSync(join(store.root, 'cache-mounts'))) {
      const fs = join(store.root, 'cache-mounts', name, 'fs')
      if (readdirSync(fs).includes('who')) writeFileSync(join(fs, 'go'), id)
    }
  }

  it('shared use it at the same time', async () => {
    using first = new RunningBuild(holding('shared', 'both'))
    await first.saying(' holding')
    using other = new RunningBuild(second('shared', 'both'))
    expect(await other.ended(), other.said).toBe(0)
    expect(other.said).toContain('found first')
    expect(await first.ended(), first.said).toBe(0)
  })

  it('locked wait, and say for what', async () => {
    using first = new RunningBuild(holding('locked', 'one'))
    await first.saying(' holding')
    using other = new RunningBuild(second('locked', 'one'))
    await other.saying('waiting for the cache mount one')
    expect(other.said).not.toMatch(FOUND)
    release('one')
    expect(await first.ended(), first.said).toBe(0)
    expect(await other.ended(), other.said).toBe(0)
    expect(other.said).toContain('found first')
    rmSync(join(store.root, 'cache-mounts'), { recursive: true })
  })

  it('private get one each', async () => {
    using first = new RunningBuild(holding('private', 'own'))
    await first.saying(' holding')
    using other = new RunningBuild(second('private', 'own'))
    expect(await other.ended(), other.said).toBe(0)
    expect(other.said).toContain('found nothing')
    release('own')
    expect(await first.ended(), first.said).toBe(0)
    expect(cacheFiles('who').filter(text => text === 'first own\n')).toHaveLength(1)
  })

  it('locked go on when the other is killed, and prune leaves what is in use', async () => {
    using first = new RunningBuild(holding('locked', 'killed'))
    await first.saying(' holding')
    await store.tare(['system', 'prune', '--force'])
    using other = new RunningBuild(second('locked', 'killed'))
    await other.saying('waiting for the cache mount killed')
    await first.kill('SIGKILL')
    expect(await other.ended(), other.said).toBe(0)
    expect(other.said).toContain('found first')
  })

  it('locked stop waiting at an interrupt', async () => {
    using first = new RunningBuild(holding('locked', 'stopped'))
    await first.saying(' holding')
    using other = new RunningBuild(second('locked', 'stopped'))
    await other.saying('waiting for the cache mount stopped')
    await other.kill('SIGINT')
    expect(other.said).not.toMatch(FOUND)
    await first.kill('SIGKILL')
    await assertNothingLeft(store.root, { files: false })
  })
})

describe('steps of one build with one cache mount locked', () => {
  it('take turns, and never wait for each other in a circle', async () => {
    const both = (a: string, b: string): string =>
      `--mount=type=cache,target=/a,id=${a},sharing=locked --mount=type=cache,target=/b,id=${b},sharing=locked`
    const work = 'for f in /a /b; do [ ! -e $f/busy ] || exit 7; touch $f/busy; done; sleep 0.1; rm /a/busy /b/busy'
    const stages = Array.from({ length: 6 }, (_, i) => {
      const [a, b] = i % 2 === 0 ? ['x', 'y'] : ['y', 'x']
      return `FROM busybox AS s${i}\nRUN ${both(a as string, b as string)} ${work}; echo ${i} > /done${i}\n`
    })
    const copies = stages.map((_, i) => `COPY --from=s${i} /done${i} /\n`)
    const files = { Dockerfile: `${stages.join('')}FROM busybox\n${copies.join('')}` }
    const built = await buildContext(store, files, ['--jobs', '6'])
    expect(built.code, built.stderr).toBe(0)
  })
})

describe('RUN gets what the build says', () => {
  it('hosts, limits and the size of /dev/shm', async () => {
    const flags = [
      '--add-host',
      'dbhost:10.0.0.5',
      '--add-host=v6host=[::1]',
      '--ulimit',
      'nofile=64:128',
      '--shm-size',
      '1m',
    ]
    const built = await build(
      "RUN awk '/dbhost|v6host/ { print $1, $2 }' /etc/hosts; ulimit -n; ulimit -Hn; df -k /dev/shm | grep -o ' 1024 ' | head -1",
      {},
      flags,
    )
    expect(printed(built)).toEqual(['10.0.0.5 dbhost', '::1 v6host', '64', '128', ' 1024 '])
  })

  it('of a limit and a host’s name, but not of its address, depends what is cached', async () => {
    const cachedWith = async (...flags: string[]): Promise<boolean> =>
      cachedSteps(await build('RUN echo keyed', {}, flags)).length > 0
    expect(await cachedWith('--add-host', 'a:1.1.1.1')).toBe(false)
    expect(await cachedWith('--add-host', 'a:2.2.2.2')).toBe(true)
    expect(await cachedWith('--add-host', 'b:2.2.2.2')).toBe(false)
    expect(await cachedWith('--ulimit', 'core=0')).toBe(false)
    expect(await cachedWith('--shm-size', '32m')).toBe(false)
    expect(await cachedWith('--shm-size', '32m')).toBe(true)
  })

  it('all rights only where both the file and the build say so', async () => {
    const step = 'RUN --security=insecure mount -t tmpfs x /tmp && echo mounted'
    const refused = await build(step)
    expect(refused.stderr).toContain('planning RUN --security=insecure: this build does not allow it')
    expect(refused.stderr).toMatch(/^ {5}\| {9}\^{19}$/m)
    expect(printed(await build(step, {}, ['--allow', 'security.insecure']))).toEqual(['mounted'])
    const usual = await build('RUN mount -t tmpfs x /tmp', {}, ['--allow', 'security.insecure'])
    expect(usual.code).not.toBe(0)
  })

  it.each([
    [['--ulimit', 'nofiles=1'], 'invalid --ulimit "nofiles=1": did you mean nofile?'],
    [['--ulimit', 'nofile=2:1'], 'the soft limit must not be above the hard one'],
    [['--shm-size', '1q'], 'invalid --shm-size "1q"'],
    [['--add-host', 'x'], 'invalid --add-host "x"'],
    [['--add-host', 'x:host-gateway'], 'there is no gateway'],
    [['--allow', 'everything'], 'invalid --allow "everything"'],
    [['--cgroup-parent', 'x'], 'tare has no --cgroup-parent'],
    [['--secret', 'src=x'], 'expected an id'],
    [['--secret', 'id=x,from=y'], 'unexpected key "from"'],
    [['--secret', 'id=x,src=/nowhere'], 'reading secret x from /nowhere: no such file or directory'],
    [['--ssh', 'a', '--ssh', 'a'], '"a" is given twice'],
  ])('and not what cannot be: %s', async (flags, message) => {
    expect((await build('RUN true', {}, flags)).stderr).toContain(message)
  })
})
