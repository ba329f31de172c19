import { describe, expect, it } from 'vitest'
import type { ExecSpec } from '../sandbox.ts'
import { capabilitiesInMask, DEFAULT_CAPABILITIES } from './capabilities.ts'
import { type RuntimeSpecFacts, runtimeSpec } from './runtime-spec.ts'
import { defaultSeccomp } from './seccomp.ts'

const ALL = capabilitiesInMask('1ffffffffff')
const PLAIN: ExecSpec = {
  args: ['/bin/true'],
  env: ['PATH=/bin'],
  cwd: '/',
  uid: 1000,
  gid: 1000,
  additionalGids: [7],
  hostname: 'h',
  network: 'host',
  mounts: [],
}
const make = (more: Partial<ExecSpec> = {}, available = ALL, mounts: RuntimeSpecFacts['mounts'] = []) =>
  runtimeSpec(
    { ...PLAIN, ...more },
    { rootPath: '/r', mounts, seccomp: 'x64', available, cgroup: undefined, filter: 'AAAA' },
  )

describe('capabilities', () => {
  it("are the 14 of Docker's default set, 0xa80425fb as a mask", () => {
    expect(capabilitiesInMask('a80425fb').toSorted()).toEqual(DEFAULT_CAPABILITIES.toSorted())
    expect(ALL).toHaveLength(41)
  })
  it('are bounded by what this process has itself', () => {
    expect(make({}, ['CAP_CHOWN', 'CAP_SYS_ADMIN']).process['capabilities']).toEqual({
      bounding: ['CAP_CHOWN'],
      effective: ['CAP_CHOWN'],
      permitted: ['CAP_CHOWN'],
    })
  })
  it('are all there for an insecure process, which has no filter and sees all paths', () => {
    const spec = make({ insecure: true })
    expect(spec.process['capabilities']).toMatchObject({ bounding: ALL })
    expect(spec.linux.seccomp).toBeUndefined()
    expect(spec.annotations).toBeUndefined()
    expect(spec.linux['maskedPaths']).toBeUndefined()
    expect(spec.mounts.find(mount => mount.destination === '/sys')?.options).toContain('rw')
  })
})

describe('the process', () => {
  it('may run setuid programs and keeps its limits', () => {
    const { process } = make()
    expect(process['noNewPrivileges']).toBe(false)
    expect(process).not.toHaveProperty('rlimits')
    expect(process['user']).toEqual({ uid: 1000, gid: 1000, umask: 0o22, additionalGids: [7] })
  })
  it('gets a network of its own only when it is to have none', () => {
    const kinds = (spec: ReturnType<typeof make>) => (spec.linux['namespaces'] as { type: string }[]).map(n => n.type)
    expect(kinds(make())).toEqual(['pid', 'ipc', 'uts', 'mount'])
    expect(kinds(make({ network: 'none' }))).toContain('network')
  })
  it('gets the mounts asked for after those of the system', () => {
    const bind = { type: 'bind', source: '/h', destination: '/etc/hosts', readOnly: true } as const
    const tmpfs = { type: 'tmpfs', destination: '/t', size: 1024, mode: 0o1777 } as const
    expect(make({}, ALL, [bind, tmpfs]).mounts.slice(-2)).toEqual([
      { destination: '/etc/hosts', type: 'bind', source: '/h', options: ['rbind', 'rprivate', 'ro', 'nodev'] },
      {
        destination: '/t',
        type: 'tmpfs',
        source: 'tmpfs',
        options: ['nosuid', 'nodev', 'rw', 'size=1024', 'mode=1777'],
      },
    ])
  })
})

describe('the seccomp profile', () => {
  const allowed = new Set(
    defaultSeccomp('x64')
      .syscalls.filter(rule => !rule.args && rule.action === 'SCMP_ACT_ALLOW')
      .flatMap(rule => rule.names),
  )
  it('refuses with EPERM by default', () => {
    expect(defaultSeccomp('x64')).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 1 })
  })
  it.each([
    'mount',
    'umount2',
    'unshare',
    'setns',
    'pivot_root',
    'keyctl',
    'bpf',
    'init_module',
    'kexec_load',
    'reboot',
    'swapon',
    'userfaultfd',
    'perf_event_open',
    'open_by_handle_at',
    'settimeofday',
    'quotactl',
    'acct',
    'iopl',
    'io_uring_setup',
  ])('does not allow %s', name => expect(allowed).not.toContain(name))
  it.each(['chroot', 'ptrace', 'execve', 'chown', 'setuid', 'openat2', 'statx', 'arch_prctl'])('allows %s', name =>
    expect(allowed).toContain(name),
  )
  it('lets files, fifos, sockets and harmless devices be made, and no other device', () => {
    const rules = defaultSeccomp('x64').syscalls.filter(rule => rule.names.includes('mknodat'))
    const [plain, devices] = [
      rules.filter(rule => rule.args?.length === 1),
      rules.filter(rule => rule.args?.length === 2),
    ]
    expect(plain.map(rule => rule.args?.[0]?.valueTwo)).toEqual([0, 0o100000, 0o010000, 0o140000])
    expect(devices.map(rule => rule.args?.[0]?.valueTwo)).toEqual(devices.map(() => 0o020000))
    expect(devices.map(rule => rule.args?.[1]?.value)).toEqual([0, 0x103, 0x105, 0x107, 0x108, 0x109, 0x500])
    expect(rules).toHaveLength(plain.length + devices.length)
  })
  it('hides clone3, whose flags no filter can see, and allows clone without new namespaces', () => {
    const rules = defaultSeccomp('arm64').syscalls
    expect(rules.find(rule => rule.names.includes('clone3'))).toMatchObject({ errnoRet: 38, action: 'SCMP_ACT_ERRNO' })
    expect(rules.find(rule => rule.names.includes('clone'))?.args).toEqual([
      { index: 0, value: 0x7e020000, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' },
    ])
  })
  it('knows the smaller sisters of each architecture', () => {
    expect(defaultSeccomp('x64').architectures).toEqual(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'])
    expect(defaultSeccomp('arm64').architectures).toEqual(['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'])
  })
})
