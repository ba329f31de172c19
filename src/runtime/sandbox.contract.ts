import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ExecSpec, Sandbox } from './sandbox.ts'
import { sandboxBench } from './sandbox-bench.fixture.ts'
import { sandboxEndContract } from './sandbox-end.contract.ts'
import { sandboxRootContract } from './sandbox-root.contract.ts'

/** What every sandbox does alike. `open` gives one for a state directory of the test's own. */
export function sandboxContract(open: (stateDir: string) => Promise<Sandbox>): void {
  const bench = sandboxBench(open)
  const { exec, newRoot, sh } = bench

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

  sandboxRootContract(bench)

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
      expect(stdout).toBe(bench.sandbox.seccomp ? 'Seccomp:\t2\n' : 'Seccomp:\t0\nunshared\n')
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

  sandboxEndContract(bench)

  it('runs many at a time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, i) => sh(`echo ${i}; exit ${i}`)))
    expect(outcomes.map(({ status, stdout }) => [status.code, stdout])).toEqual(
      Array.from({ length: 8 }, (_, i) => [i, `${i}\n`]),
    )
  })
}
