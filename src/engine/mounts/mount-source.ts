import type { SandboxMount } from '../../runtime/index.ts'
import type { OpContext } from '../environment.ts'
import type { VertexResult } from '../result.ts'

/** What a mount of a RUN works with. */
export interface MountContext extends OpContext {
  /** Of the vertex, as `input` of a mount counts them. */
  readonly inputs: readonly VertexResult[]
  /** Disposed of when the RUN has ended, however it ended. */
  readonly stack: AsyncDisposableStack
}

/** A mount on its way into the sandbox: all but where its target really lies. */
export interface MountSource {
  readonly target: string
  readonly isFile: boolean
  /** What is in it, where targets of other mounts may lie; undefined for a file. */
  readonly tree: MountedTree | undefined
  /** Of a directory that is made for it in the root; 0755 when not given. */
  readonly pointMode?: number | undefined
  /**
   * @param destination where the target really lies
   * @param mode of the directory of the root it lies over
   */
  place(destination: string, mode: number | undefined): SandboxMount
}

/** What can be seen of a mounted directory. Paths are absolute in it. */
export interface MountedTree {
  /** What is missing cannot be made. */
  readonly readOnly: boolean
  /** Another RUN may change it at any time. */
  readonly shared?: boolean | undefined
  lstat(path: string): { readonly type: string } | undefined
  readlink(path: string): string
}
