import { DEFAULT_DEVICES } from '../../host/index.ts'
import { ALLOWED_SYSCALLS } from './seccomp-syscalls.ts'

/** runtime-spec config-linux.md#seccomp. */
export interface LinuxSeccomp {
  readonly defaultAction: string
  readonly defaultErrnoRet: number
  readonly architectures: readonly string[]
  readonly syscalls: readonly SeccompRule[]
}

interface SeccompRule {
  readonly names: readonly string[]
  readonly action: string
  readonly errnoRet?: number
  readonly args?: readonly {
    readonly index: number
    readonly value: number
    readonly valueTwo?: number
    readonly op: string
  }[]
}

export type SeccompArchitecture = 'x64' | 'arm64'

const EPERM = 1
const ENOSYS = 38
const AF_VSOCK = 40
/** CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}: a new namespace needs CAP_SYS_ADMIN, which the default set lacks. */
const CLONE_NAMESPACES = 0x7e020000
/** personality(2): PER_LINUX, PER_LINUX32, both with UNAME26, and the query. */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff]

const ARCHITECTURES: Readonly<Record<SeccompArchitecture, readonly string[]>> = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
}

const OWN_SYSCALLS: Readonly<Record<SeccompArchitecture, readonly string[]>> = {
  x64: ['arch_prctl', 'modify_ldt'],
  arm64: ['arm_fadvise64_64', 'arm_sync_file_range', 'breakpoint', 'cacheflush', 'set_tls', 'sync_file_range2'],
}

/** What Docker's default profile means for its default capabilities: an allow list, anything else is EPERM. */
export function defaultSeccomp(architecture: SeccompArchitecture): LinuxSeccomp {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    architectures: ARCHITECTURES[architecture],
    syscalls: [
      allow([...ALLOWED_SYSCALLS, ...OWN_SYSCALLS[architecture]]),
      ...PERSONALITIES.map(value => allow(['personality'], [{ index: 0, value, op: 'SCMP_CMP_EQ' }])),
      allow(['socket'], [{ index: 0, value: AF_VSOCK, op: 'SCMP_CMP_NE' }]),
      allow(['clone'], [{ index: 0, value: CLONE_NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }]),
      ...makingNodes('mknod', 1),
      ...makingNodes('mknodat', 2),
      // Its flags lie in memory, where no filter can look: ENOSYS makes libc fall back to clone.
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
    ],
  }
}

const S_IFMT = 0o170000
const S_IFCHR = 0o020000
/** Regular files in both spellings, fifos, sockets. */
const NO_DEVICES = [0, 0o100000, 0o010000, 0o140000]

/**
 * Docker lets any device node be made and keeps it from being opened by a device cgroup; here those that could reach
 * the machine are not made. 0:0 is no device. The number stands in the argument after the mode.
 */
function makingNodes(name: string, mode: number): SeccompRule[] {
  const ofType = (type: number) => ({ index: mode, value: S_IFMT, valueTwo: type, op: 'SCMP_CMP_MASKED_EQ' })
  const devices = [0, ...DEFAULT_DEVICES.map(({ major, minor }) => major * 256 + minor)]
  return [
    ...NO_DEVICES.map(type => allow([name], [ofType(type)])),
    ...devices.map(value => allow([name], [ofType(S_IFCHR), { index: mode + 1, value, op: 'SCMP_CMP_EQ' }])),
  ]
}

function allow(names: readonly string[], args?: SeccompRule['args']): SeccompRule {
  return args ? { names, action: 'SCMP_ACT_ALLOW', args } : { names, action: 'SCMP_ACT_ALLOW' }
}
