export type MountType = 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh'
export type CacheSharing = 'shared' | 'private' | 'locked'

/** What `--mount=` of a RUN asks for, variables expanded. */
export type Mount = BindMount | CacheMount | TmpfsMount | SecretMount | SshMount

/** Files of the build context, a stage or an image. */
export interface BindMount {
  readonly type: 'bind'
  readonly target: string
  /** Where in the files; empty for all of them. */
  readonly source: string
  readonly readOnly: boolean
}

/** A directory that outlives the build. */
export interface CacheMount {
  readonly type: 'cache'
  readonly target: string
  /** Of what a new one starts with. */
  readonly source: string
  readonly readOnly: boolean
  readonly id: string | undefined
  readonly sharing: CacheSharing
  readonly mode: number | undefined
  readonly uid: number | undefined
  readonly gid: number | undefined
}

export interface TmpfsMount {
  readonly type: 'tmpfs'
  readonly target: string
  /** Bytes. */
  readonly size: number | undefined
  readonly readOnly: boolean
}

export interface SecretMount {
  readonly type: 'secret'
  readonly id: string
  /** Undefined when it is not to be a file. */
  readonly target: string | undefined
  /** The variable that holds it. */
  readonly env: string | undefined
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly required: boolean
}

export interface SshMount {
  readonly type: 'ssh'
  readonly id: string
  /** Of the socket; undefined for the usual place. */
  readonly target: string | undefined
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly required: boolean
}
