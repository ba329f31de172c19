import type { CacheSharing, SecretMount, SshMount } from '../dockerfile/index.ts'

/** A mount of a RUN as the engine carries it out. Targets are absolute, `input` is a position in the vertex's inputs. */
export type PlannedMount = PlannedBind | PlannedCache | PlannedTmpfs | PlannedSecret | PlannedSsh

export type PlannedSecret = SecretMount

export type PlannedSsh = SshMount & { readonly target: string }

export interface PlannedBind {
  readonly type: 'bind'
  readonly target: string
  readonly input: number
  /** Absolute in the input; `/` for all of it. */
  readonly source: string
  readonly readOnly: boolean
  /** Of a stage: the files are compared where the stage is another than it was. */
  readonly byContent: boolean
}

export interface PlannedCache {
  readonly type: 'cache'
  readonly target: string
  /** With the namespace of BUILDKIT_CACHE_MOUNT_NS. */
  readonly id: string
  readonly sharing: CacheSharing
  readonly readOnly: boolean
  readonly mode: number | undefined
  readonly uid: number | undefined
  readonly gid: number | undefined
  /** Where a new one's first content comes from; undefined for an empty one. */
  readonly input: number | undefined
  readonly source: string
}

export interface PlannedTmpfs {
  readonly type: 'tmpfs'
  readonly target: string
  /** Bytes. */
  readonly size: number | undefined
  readonly readOnly: boolean
}

/** `--ulimit`. -1 is no limit. */
export interface Ulimit {
  readonly name: string
  readonly soft: number
  readonly hard: number
}

/** `--add-host`. */
export interface ExtraHost {
  readonly host: string
  readonly ip: string
}

/** What the flags of a build give every RUN. */
export interface RunLimits {
  readonly hosts?: readonly ExtraHost[] | undefined
  /** Bytes of /dev/shm. */
  readonly shmBytes?: number | undefined
  readonly ulimits?: readonly Ulimit[] | undefined
}
