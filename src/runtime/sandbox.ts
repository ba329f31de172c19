/** Where the root directory comes from; the same shape as snapshot's RootSource. Host paths; `lower` from the top down; without `upper` and `work` read-only. */
export type SandboxRoot =
  | {
      readonly kind: 'overlay'
      readonly lower: readonly string[]
      readonly upper?: string | undefined
      readonly work?: string | undefined
      /** False when no layer holds a device node that reaches the machine. */
      readonly devices?: boolean | undefined
    }
  | { readonly kind: 'directory'; readonly path: string }

/**
 * What is mounted into a root, in the order given. A destination is an absolute path in the root, resolved inside it by the
 * caller; the mount point exists (see mount-points) or lies in a mount that comes before, where it is made if need be.
 */
export type SandboxMount = SandboxBind | SandboxTree | SandboxFile | SandboxTmpfs

interface MountPlace {
  readonly destination: string
  readonly readOnly?: boolean | undefined
}

/** A file or directory of the host. */
export interface SandboxBind extends MountPlace {
  readonly type: 'bind'
  readonly source: string
  /** Programs, set-id bits and devices in it do not count. */
  readonly inert?: boolean | undefined
}

/** What lies at `path` in another root: absolute, without symlinks. */
export interface SandboxTree extends MountPlace {
  readonly type: 'tree'
  readonly root: SandboxRoot
  readonly path: string
  readonly isFile: boolean
}

/** A read-only file that exists in memory alone, for the process alone. */
export interface SandboxFile extends MountPlace {
  readonly type: 'file'
  readonly content: Uint8Array
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

export interface SandboxTmpfs extends MountPlace {
  readonly type: 'tmpfs'
  /** Bytes. */
  readonly size?: number | undefined
  readonly mode?: number | undefined
}

/** setrlimit(2): `nofile`, `nproc` ...; -1 is no limit. */
export interface ResourceLimit {
  readonly name: string
  readonly soft: number
  readonly hard: number
}

/** One process to run in a root, with everything it sees. */
export interface ExecSpec {
  /** Valid UTF-8, as all texts here. */
  readonly args: readonly string[]
  /** `NAME=value`. */
  readonly env: readonly string[]
  /** More of them, which no other user of the machine can see; they win over those of `env`. */
  readonly secretEnv?: readonly string[] | undefined
  /** Absolute, resolved inside the root by the caller; exists there, and not below /proc. */
  readonly cwd: string
  readonly uid: number
  readonly gid: number
  readonly additionalGids: readonly number[]
  readonly hostname: string
  readonly network: 'host' | 'none'
  readonly mounts: readonly SandboxMount[]
  /** Bytes of /dev/shm; 64 MiB when not given. */
  readonly shmBytes?: number | undefined
  readonly limits?: readonly ResourceLimit[] | undefined
  /** Docker's default set unless `insecure`, which gives all capabilities, no seccomp and no masked paths. */
  readonly insecure?: boolean | undefined
  /** The caller's terminal, its stdin, is handed through (`run -t`); needs a stdin of `inherit`. */
  readonly terminal?: boolean | undefined
  readonly readOnlyRoot?: boolean | undefined
}

export interface ExecIo {
  /** `inherit` hands the caller's own stdin on (`run -i`). */
  readonly stdin: 'null' | 'inherit'
  /** A function gets each chunk; `inherit` hands the caller's own descriptor on. */
  readonly stdout: ((chunk: Uint8Array) => void) | 'inherit'
  readonly stderr: ((chunk: Uint8Array) => void) | 'inherit'
  /** Called once, when there is a process to send signals to. */
  readonly onStart?: ((process: RunningProcess) => void) | undefined
}

export interface RunningProcess {
  /**
   * Sends the program a signal. As process 1 of its pid namespace it ignores what it has no handler for, all but
   * SIGKILL, as in Docker; a signal waits for one up to 10 s, so that none is lost while it starts. After its end
   * nothing happens. SIGINT and SIGQUIT are left to a terminal that is handed through and sends them itself.
   */
  signal(name: NodeJS.Signals): void
}

/** `code` is 128 + n when the process died of signal n, which is then in `signal`. */
export interface ExitStatus {
  readonly code: number
  readonly signal?: string | undefined
}

/** Runs processes in a root of their own. */
export interface Sandbox {
  /** `runc`, `crun`, `built-in` ... */
  readonly name: string
  readonly seccomp: boolean
  /** Finds mount targets inside the root as it mounts, so that nobody can put a link there in between. */
  readonly pinsTargets: boolean
  /**
   * Runs to the end. Nothing of it survives: not on return, not when the signal aborts it, not when this process is
   * killed. Throws `SANDBOX_COMMAND_NOT_FOUND` (126/127 in Docker's words) when the program cannot be started, and
   * `SANDBOX_FAILED` when the sandbox itself cannot.
   */
  run(root: SandboxRoot, spec: ExecSpec, io: ExecIo, signal?: AbortSignal): Promise<ExitStatus>
}

/** What was tried, for `tare info`: why each candidate is or is not in force. */
export interface SandboxProbe {
  readonly name: string
  readonly usable: boolean
  readonly seccomp: boolean
  readonly reason: string
}
