import type { SourceFile } from '../base/source.ts'
import type { SshAgent } from '../base/ssh-agent-protocol.ts'
import type { CacheStore, Validated } from '../cache/index.ts'
import type { FilterProgram } from '../layer/index.ts'
import type { Digest } from '../oci/index.ts'
import type { GitOp, HttpOp, ImageOp, VertexIndex } from '../plan/index.ts'
import type { OnTransfer, ProgressSink } from '../progress/index.ts'
import type { Sandbox } from '../runtime/index.ts'
import type { Snapshot, Snapshotter } from '../snapshot/index.ts'
import type { CacheMounts, FileDigests } from '../store/index.ts'
import type { ContextTree } from './context-tree.ts'

/** What a build works with; api/ puts it together. */
export interface EngineEnvironment {
  readonly snapshotter: Snapshotter
  readonly cache: CacheStore
  readonly fileDigests: FileDigests
  /** Selected at the first RUN. */
  sandbox(): Promise<Sandbox>
  /** Pulls and unpacks what is missing of an image the plan resolved; undefined for an image without layers. */
  unpackImage(op: ImageOp, onTransfer: OnTransfer, signal: AbortSignal): Promise<Snapshot | undefined>
  /** The build context, `context`, and named ones that are files, each made ready when a step first reads it. */
  readonly contexts: ReadonlyMap<string, ContextSource>
  /** Downloads a file for ADD, unless the server says that it is still the one that is known. */
  fetchUrl(op: HttpOp, known: Validated | undefined, signal: AbortSignal): Promise<FetchedFile>
  /** Asks which commit a repository's address stands for now; nothing of it is fetched before `directory` is called. */
  resolveGit(op: GitOp, signal: AbortSignal): Promise<GitCommit>
  /** Keeps a snapshot from gc while this process lives. */
  hold(snapshot: Snapshot): void
  readonly cacheMounts: CacheMounts
  /** A secret that the build was given, undefined when there is none of that name. */
  secret(id: string): Promise<Uint8Array | undefined>
  /** An ssh agent that the build may use. */
  sshAgent(id: string): SshAgent | undefined
  readonly filter: FilterProgram
  /** A directory of this process for files that sandboxes see (hosts, resolv.conf). */
  readonly scratch: string
}

export interface ContextSource {
  /** It has to be fetched. */
  readonly remote: boolean
  /** Called at most once in a build. */
  load(onTransfer: OnTransfer, signal: AbortSignal): Promise<ContextTree>
}

export interface GitCommit {
  /** The full hash. */
  readonly hash: string
  /** A directory on the host with just what was asked for. */
  directory(): Promise<string>
}

export type FetchedFile =
  | { readonly unchanged: true }
  | {
      readonly unchanged: false
      /** On the host, with just the file in it, 0600. */
      readonly directory: string
      readonly name: string
      readonly digest: Digest
      /** By which the server can tell later whether it is still this file. */
      readonly etag: string | undefined
    }

export interface SolveOptions {
  /** The Dockerfile, for errors that point into it. */
  readonly file: SourceFile
  readonly jobs: number
  readonly noCache: boolean
  /** Run again though the cache has them. */
  readonly noCacheVertices?: ReadonlySet<VertexIndex> | undefined
  /** SOURCE_DATE_EPOCH in seconds. */
  readonly epoch: number | undefined
  readonly onProgress: ProgressSink
  readonly signal: AbortSignal
  /** Added to vertex indexes in progress events, so that steps outside the plan can have ids too. */
  readonly firstVertexId: number
}

/** What an op runs with: the environment and the say of one vertex. */
export interface OpContext {
  readonly environment: EngineEnvironment
  readonly options: SolveOptions
  readonly signal: AbortSignal
  readonly log: (stream: 'stdout' | 'stderr', data: Uint8Array) => void
}
