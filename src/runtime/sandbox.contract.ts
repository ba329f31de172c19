import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeBusyboxRoot } from '../testkit/busybox-root.ts'
import { TempDir } from '../testkit/temp-dir.ts'
import type { ExecSpec, ExitStatus, RunningProcess, Sandbox, SandboxRoot } from './sandbox.ts'

interface Outcome {
  readonly status: ExitStatus
  readonly stdout: string
  readonly stderr: string
}

const PLAIN: ExecSpec = {
  args: [],
  env: ['PATH=/bin'],
  cwd: '/',
  uid: 0,
  gid: 0,
  additionalGids: [],
  hostname: 'contract',
  network: 'host',
  mounts: [],
}

/** What every sandbox does alike. `open` gives one for a state directory of the test's own. */
export function sandboxContract(open: (stateDir: string) => Promise<Sandbox>): void {
  const temp = new TempDir()
  let sandbox: Sandbox
  let roots = 0
  const newRoot = (): Extract<SandboxRoot, { kind: 'overlay' }> => {
    const place = `${temp.path}/snapshots/${++roots}`
    for (const name of ['proc', 'dev', 'sys']) mkdirSync(`${place}/fs/${name}`, { recursive: true })
    mkdirSync(`${place}/work`)
    return { kind: 'overlay', lower: [`${temp.path}/snapshots/base`], upper: `${place}/fs`, work: `${place}/work` }
  }
  const exec = async (
    args: string[],
    more: Partial<ExecSpec> = {},
    root: SandboxRoot = newRoot(),
  ): Promise<Outcome> => {
    const out: Uint8Array[] = []
    const err: Uint8Array[] = []
    const io = {
      stdin: 'null',
      stdout: (c: Uint8Array) => out.push(c),
      stderr: (c: Uint8Array) => err.push(c),
    } as const
    const status = await sandbox.run(root, { ...PLAIN, args, ...more }, io)
    return { status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }
  }
  const sh = (script: string, more?: Partial<ExecSpec>, root?: SandboxRoot) =>
    exec(['/bin/sh', '-c', script], more, root)

  beforeAll(async () => {
    mkdirSync(`${temp.path}/snapshots/base`, { recursive: true })
    makeBusyboxRoot(`${temp.path}/snapshots/base`)
    sandbox = await open(`${temp.path}/state`)
  })
  afterAll(() => temp[Symbol.dispose]())

  describe('a process', () => {
    it('gives its output and its exit code', async () => {
      const { status, stdout, stderr } = await sh('echo out; echo err >&2; exit 3')
      expect({ status, stdout, stderr }).toEqual({ status: { code: 3 }, stdout: 'out\n', stderr: 'err\n' })
    })
    it('is process 1 of its own world, with its host name', async () => {
      expect((await sh('echo $$; hostname; ls /proc | grep -c "^[0-9]"')).stdout).toMatch(/^1\ncontract\n[1-4]\n$/)
    })
    it('sees its environment and nothing else', async () => {
      const { stdout } = await exec(['/bin/env'], { env: ['PATH=/bin', 'A=b c', 'EMPTY=', 'UML=ü'] })
      expect(
        stdout
          .split('\n')
          .filter(line => line && !line.startsWith('HOME='))
          .sort(),
      ).toEqual(['A=b c', 'EMPTY=', 'PATH=/bin', 'UML=ü'])
    })
    it('runs as who it is told to, where it is told to', async () => {
      const ids = { uid: 1000, gid: 1001, additionalGids: [5, 2000], cwd: '/etc' }
      expect((await sh('id -u; id -g; id -G; pwd', ids)).stdout).toBe('1000\n1001\n1001 5 2000\n/etc\n')
    })
    it('can open its own output again, whoever it is', async () => {
      expect((await sh('echo again >/dev/stdout', { uid: 1000, gid: 1000 })).stdout).toBe('again\n')
    })
    it('has variables that win over others', async () => {
      const more = { env: ['PATH=/bin', 'A=1', 'B=2'], secretEnv: ["A=it's $HOME\nsecret", 'C='] }
      const { stdout } = await exec(['/bin/env'], more)
      const seen = stdout.replace(/^HOME=.*\n/m, '').split(/\n(?=\w+=)/)
      expect(seen.map(line => line.replace(/\n$/, '')).sort()).toEqual([
        "A=it's $HOME\nsecret",
        'B=2',
        'C=',
        'PATH=/bin',
      ])
    })
    it('has the limits it is given', async () => {
      const limits = [
        { name: 'nofile', soft: 100, hard: 200 },
        { name: 'core', soft: 0, hard: 0 },
        { name: 'fsize', soft: -1, hard: -1 },
      ]
      const { stdout } = await sh(
        'ulimit -n; ulimit -Hn; ulimit -c; ulimit -f; df -k /dev/shm | grep -o " 1024 " | head -1',
        {
          limits,
          shmBytes: 1024 ** 2,
        },
      )
      expect(stdout).toBe('100\n200\n0\nunlimited\n 1024 \n')
    })
    it('does not start with a limit that cannot be set', async () => {
      const limits = [{ name: 'nofile', soft: -1, hard: -1 }]
      await expect(exec(['/bin/true'], { limits })).rejects.toMatchObject({ code: 'SANDBOX_FAILED' })
    })
    it('reads an empty stdin', async () => {
      expect((await sh('cat; echo done')).stdout).toBe('done\n')
    })
    it('passes much output on whole', async () => {
      const { stdout } = await sh('i=0; while [ $i -lt 20000 ]; do echo "line $i of many"; i=$((i+1)); done')
      expect(stdout.split('\n')).toHaveLength(20_001)
    })
    it('that dies of a signal says which', async () => {
      const { status } = await sh('sh -c "kill -9 \\$\\$"; exit $?')
      expect(status).toEqual({ code: 137, signal: 'SIGKILL' })
    })
    it('takes what it started with it', async () => {
      const root = newRoot()
      await sh('(sleep 300; touch /late) & echo started', {}, root)
      expect(readdirSync(root.upper!)).not.toContain('late')
    })
  })

  describe('a program that cannot be started', () => {
    it.each([
      ['nope', 127, 'exec: "nope": executable file not found in $PATH'],
      ['/nope', 127, 'exec: "/nope": stat /nope: no such file or directory'],
      ['/etc', 126, 'exec: "/etc": permission denied'],
      ['/etc/passwd', 126, 'exec: "/etc/passwd": permission denied'],
    ])('%s is exit code %i, in the words of Docker', async (program, exitCode, message) => {
      const expected = { code: 'SANDBOX_COMMAND_NOT_FOUND', message, facts: { exitCode } }
      await expect(exec([program])).rejects.toMatchObject(expected)
    })
    it("is not mistaken for a program's own 127", async () => {
      expect((await sh('nope 2>/dev/null; exit 127')).status.code).toBe(127)
    })
  })

  it.each<[string, Partial<ExecSpec>]>([
    ['a working directory that may be a descriptor of the runtime', { cwd: '/proc/self/fd/7' }],
    ['an argument that is not UTF-8', { args: ['/bin/echo', 'a\udcff'] }],
    ['a variable with a NUL byte', { env: ['A=\0b'] }],
    ['a secret that is no text', { secretEnv: ['A=b\0c'] }],
    ['a mount at a place that is not UTF-8', { mounts: [{ type: 'tmpfs', destination: '/a\udcff' }] }],
  ])('refuses %s', async (_, more) => {
    await expect(exec(['/bin/true'], more)).rejects.toMatchObject({ code: 'SANDBOX_FAILED' })
  })

  describe('the root', () => {
    it('is written to in the upper directory alone', async () => {
      const root = newRoot()
      await sh('echo x >/new; rm /etc/group', {}, root)
      expect(readFileSync(`${root.upper}/new`, 'utf8')).toBe('x\n')
      expect(readdirSync(`${temp.path}/snapshots/base/etc`)).toEqual(['group', 'passwd'])
    })
    it('may be a plain directory', async () => {
      const path = temp.dir(`plain${++roots}`)
      makeBusyboxRoot(path)
      for (const name of ['proc', 'dev', 'sys']) mkdirSync(`${path}/${name}`)
      await sh('echo y >/made', {}, { kind: 'directory', path })
      expect(readFileSync(`${path}/made`, 'utf8')).toBe('y\n')
    })
    it.each([130, 300])('may have %i layers', async depth => {
      const lower = Array.from({ length: depth }, (_, i) => {
        const path = `${temp.path}/snapshots/d${i}`
        mkdirSync(path, { recursive: true })
        writeFileSync(`${path}/file${i}`, `${i}`)
        return path
      })
      const root = newRoot()
      const deep = { ...root, lower: [...lower, ...root.lower] }
      expect((await sh(`cat /file0 /file${depth - 1}`, {}, deep)).stdout).toBe(`0${depth - 1}`)
    })
    it('can be run in again', async () => {
      const root = newRoot()
      await sh('echo x >/one', {}, root)
      expect((await sh('cat /one', {}, root)).stdout).toBe('x\n')
    })
    it('can be read only', async () => {
      const { stdout } = await sh('touch /new 2>/dev/null || echo refused; echo x >/dev/null && echo ok', {
        readOnlyRoot: true,
      })
      expect(stdout).toBe('refused\nok\n')
    })
    it('has the mounts it is given', async () => {
      const source = temp.dir(`source${++roots}`)
      writeFileSync(`${source}/f`, 'from the host')
      const root = newRoot()
      for (const name of ['m', 't']) mkdirSync(`${root.upper}/${name}`)
      // runc gives a tmpfs the mode of the directory under it.
      chmodSync(`${root.upper}/t`, 0o1777)
      const mounts = [
        { type: 'bind', source, destination: '/m', readOnly: true },
        { type: 'tmpfs', destination: '/t', size: 65536, mode: 0o1777 },
      ] as const
      const { stdout } = await sh(
        'cat /m/f; echo x 2>/dev/null >/m/g || echo " ro"; touch /t/x; stat -c %a /t',
        { mounts },
        root,
      )
      expect(stdout).toBe('from the host ro\n1777\n')
      expect(readdirSync(`${root.upper}/t`)).toEqual([])
    })
    it('has the files of other roots, read-only or with changes that nobody keeps', async () => {
      const [other, root] = [newRoot(), newRoot()]
      mkdirSync(`${other.upper}/sub`)
      writeFileSync(`${other.upper}/sub/f`, 'of another root\n')
      for (const name of ['ro', 'rw']) mkdirSync(`${root.upper}/${name}`)
      writeFileSync(`${root.upper}/file`, '')
      const lower = { kind: 'overlay', lower: [other.upper!, ...other.lower] } as const
      const scratch = { ...lower, upper: newRoot().upper, work: newRoot().work }
      const mounts = [
        { type: 'tree', root: lower, path: '/sub/f', isFile: true, destination: '/file', readOnly: true },
        { type: 'tree', root: lower, path: '/sub', isFile: false, destination: '/ro', readOnly: true },
        { type: 'tree', root: scratch, path: '/', isFile: false, destination: '/rw' },
      ] as const
      const script =
        'cat /file /ro/f; (echo x >/ro/g) 2>/dev/null || echo ro; rm /rw/sub/f; echo y >/rw/g; ls /rw/sub /rw/g'
      expect((await sh(script, { mounts }, root)).stdout).toBe(
        'of another root\nof another root\nro\n/rw/g\n\n/rw/sub:\n',
      )
      expect(readdirSync(`${other.upper}/sub`)).toEqual(['f'])
      expect(readdirSync(scratch.upper!)).toContain('g')
    })
    it('has files that exist in memory alone', async () => {
      const root = newRoot()
      for (const name of ['a', 'b', 'c']) writeFileSync(`${root.upper}/${name}`, '')
      const file = (destination: string, text: string, mode: number, id: number) =>
        ({ type: 'file', content: Buffer.from(text), mode, uid: id, gid: id, destination }) as const
      const mounts = [file('/a', 'first\0\n', 0o400, 0), file('/b', '', 0o640, 7), file('/c', 'third', 0o755, 1000)]
      const script =
        'stat -c "%n %a %u %g %s" /a /b /c; cat /a /c; (echo x >/a) 2>/dev/null || echo " ro"; ls /proc/self/fd'
      expect((await sh(script, { mounts }, root)).stdout).toBe(
        '/a 400 0 0 7\n/b 640 7 7 0\n/c 755 1000 1000 5\nfirst\0\nthird ro\n0\n1\n2\n3\n',
      )
    })
    it('has mounts in mounts, which make what they need', async () => {
      const root = newRoot()
      mkdirSync(`${root.upper}/t`)
      const source = temp.dir(`source${++roots}`)
      const content = Buffer.from('in memory')
      const mounts = [
        { type: 'tmpfs', destination: '/t' },
        { type: 'bind', source, destination: '/t/sub/dir' },
        { type: 'file', content, mode: 0o400, uid: 0, gid: 0, destination: '/t/deep/file' },
      ] as const
      expect((await sh('cat /t/deep/file; echo x >/t/sub/dir/made', { mounts }, root)).stdout).toBe('in memory')
      expect(readdirSync(source)).toEqual(['made'])
      expect(readdirSync(`${root.upper}/t`)).toEqual([])
    })
    it('with a mount point that leads out of it is not followed', async () => {
      const trap = temp.dir(`trap${++roots}`)
      const hostile = {
        ...newRoot(),
        upper: temp.dir(`snapshots/hostile${roots}`),
        work: temp.dir(`snapshots/hostile-work${roots}`),
      }
      for (const name of ['proc', 'sys']) mkdirSync(`${hostile.upper}/${name}`)
      symlinkSync(trap, `${hostile.upper}/dev`)
      await expect(sh('true', {}, hostile)).rejects.toMatchObject({ code: 'SANDBOX_FAILED' })
      expect(readdirSync(trap)).toEqual([])
    })
  })

  describe('the process is confined', () => {
    it("to Docker's default capabilities", async () => {
      expect((await sh('grep -E "Cap(Eff|Bnd|Amb|Inh)" /proc/self/status')).stdout).toBe(
        'CapInh:\t0000000000000000\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\n',
      )
    })
    it('to none when it is not root, but may become root by setuid', async () => {
      const { stdout } = await sh('grep -E "CapEff|NoNewPrivs" /proc/self/status', { uid: 1000, gid: 1000 })
      expect(stdout).toBe('CapEff:\t0000000000000000\nNoNewPrivs:\t0\n')
    })
    it('so that it can neither mount nor read what is hidden', async () => {
      const { stdout } = await sh(
        'mount -t tmpfs x /tmp 2>/dev/null || echo no-mount; echo h >/proc/sys/kernel/hostname 2>/dev/null || echo ro-sys; cat /proc/keys; ls /sys/firmware; touch /sys/x 2>/dev/null || echo ro',
      )
      expect(stdout).toBe('no-mount\nro-sys\nro\n')
    })
    it('unless it is insecure', async () => {
      const { stdout } = await sh('mount -t tmpfs x /tmp && echo mounted; grep Seccomp: /proc/self/status', {
        insecure: true,
      })
      expect(stdout).toBe('mounted\nSeccomp:\t0\n')
    })
    it('by a seccomp filter where the sandbox has one', async () => {
      const { stdout } = await sh('grep Seccomp: /proc/self/status; unshare -U true 2>/dev/null && echo unshared')
      expect(stdout).toBe(sandbox.seccomp ? 'Seccomp:\t2\n' : 'Seccomp:\t0\nunshared\n')
    })
    it('to a loopback when it has no network', async () => {
      const { stdout } = await sh('ip -o link | grep -c .; ip -o link | grep -o "LOOPBACK,UP"', { network: 'none' })
      expect(stdout).toBe('1\nLOOPBACK,UP\n')
    })
    it('to the devices of a container', async () => {
      const { stdout } = await sh(
        'ls /dev; echo x >/dev/null; head -c 2 /dev/zero | od -An -tx1; stat -c %u /dev/null',
        { uid: 7 },
      )
      for (const name of [
        'fd',
        'full',
        'mqueue',
        'null',
        'ptmx',
        'pts',
        'random',
        'shm',
        'stderr',
        'stdin',
        'stdout',
        'tty',
        'urandom',
        'zero',
      ])
        expect(stdout.split('\n')).toContain(name)
      expect(stdout).toMatch(/ 00 00\n0\n$/)
    })
  })

  describe('a signal', () => {
    /** Runs a script that says when it is ready, and then sends the signals. */
    const signalled = async (script: string, ...signals: NodeJS.Signals[]) => {
      const started = Promise.withResolvers<RunningProcess>()
      const ready = Promise.withResolvers<void>()
      const out: Uint8Array[] = []
      const stdout = (chunk: Uint8Array): void => {
        out.push(chunk)
        ready.resolve()
      }
      const io = { stdin: 'null', stdout, stderr: () => undefined, onStart: started.resolve } as const
      const running = sandbox.run(newRoot(), { ...PLAIN, args: ['/bin/sh', '-c', script] }, io)
      const program = await started.promise
      await ready.promise
      for (const name of signals) program.signal(name)
      return { status: await running, program, stdout: Buffer.concat(out).toString() }
    }
    const WAIT = 'echo ready; while true; do sleep 0.02; done'
    it.each<[NodeJS.Signals]>([['SIGTERM'], ['SIGINT'], ['SIGHUP'], ['SIGUSR1']])(
      '%s reaches the program, which may end as it likes',
      async name => {
        const { status, stdout } = await signalled(`trap 'echo got; exit 5' ${name.slice(3)}; ${WAIT}`, name)
        expect({ status, stdout }).toEqual({ status: { code: 5 }, stdout: 'ready\ngot\n' })
      },
    )
    it('that ends what the program waits for shows in its exit code', async () => {
      const script = `trap 'kill -TERM $!' TERM; sh -c 'echo ready; exec sleep 300' & wait $!; wait $!; exit $?`
      expect((await signalled(script, 'SIGTERM')).status).toEqual({ code: 143, signal: 'SIGTERM' })
    })
    it('that process 1 does not handle is ignored, all but SIGKILL', async () => {
      expect((await signalled('echo ready; sleep 0.2; exit 3', 'SIGTERM')).status).toEqual({ code: 3 })
      expect((await signalled(WAIT, 'SIGTERM', 'SIGKILL')).status).toEqual({ code: 137, signal: 'SIGKILL' })
    })
    it('after the end does nothing', async () => {
      const { program } = await signalled('echo ready')
      program.signal('SIGTERM')
      program.signal('SIGKILL')
    })
  })

  describe('an abort', () => {
    it('ends everything before the call returns', async () => {
      const stop = new AbortController()
      const root = newRoot()
      const started = Promise.withResolvers<void>()
      const io = { stdin: 'null', stdout: () => started.resolve(), stderr: () => undefined } as const
      const args = [
        '/bin/sh',
        '-c',
        'trap "" TERM INT HUP; echo x >/ticks; echo go; while true; do echo x >>/ticks; sleep 0.01; done',
      ]
      const running = sandbox.run(root, { ...PLAIN, args }, io, stop.signal)
      await started.promise
      stop.abort(new Error('stopped'))
      await expect(running).rejects.toThrow('stopped')
      const ticks = readFileSync(`${root.upper}/ticks`).length
      await delay(60)
      expect(readFileSync(`${root.upper}/ticks`)).toHaveLength(ticks)
    })
    it('before the start starts nothing', async () => {
      const io = { stdin: 'null', stdout: () => undefined, stderr: () => undefined } as const
      const signal = AbortSignal.abort(new Error('never'))
      await expect(sandbox.run(newRoot(), { ...PLAIN, args: ['/bin/true'] }, io, signal)).rejects.toThrow('never')
    })
  })

  it('runs many at a time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, i) => sh(`echo ${i}; exit ${i}`)))
    expect(outcomes.map(({ status, stdout }) => [status.code, stdout])).toEqual(
      Array.from({ length: 8 }, (_, i) => [i, `${i}\n`]),
    )
  })
}
