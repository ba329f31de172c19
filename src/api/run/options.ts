import type { ExecIo, RunningProcess } from '../../runtime/index.ts'
import type { WorkspaceOptions } from '../workspace.ts'

/** What `tare run` takes, as docker run has it. The container's file system is gone when it ends. */
export interface RunOptions extends WorkspaceOptions {
  /** Name or ID; pulled when the store does not have it. */
  readonly image: string
  /** Instead of the image's CMD. */
  readonly command?: readonly string[] | undefined
  /** Instead of the image's ENTRYPOINT; an empty text takes it away. */
  readonly entrypoint?: string | undefined
  /** `NAME=value`, over the image's. */
  readonly environment?: readonly string[] | undefined
  /** `/host/path:/path[:ro|rw]`. */
  readonly volumes?: readonly string[] | undefined
  readonly workdir?: string | undefined
  readonly user?: string | undefined
  /** The container's host name; a random one when not given. */
  readonly hostname?: string | undefined
  readonly network?: 'host' | 'none' | undefined
  /** No two containers of a name run on one store at the same time. */
  readonly name?: string | undefined
  readonly platform?: string | undefined
  readonly terminal?: boolean | undefined
  readonly readOnly?: boolean | undefined
  readonly io: ExecIo
  /** Called when the program can be sent signals; before that, and instead of it, `signal` ends the run at once. */
  readonly onStart?: ((process: RunningProcess) => void) | undefined
  readonly signal?: AbortSignal | undefined
}
