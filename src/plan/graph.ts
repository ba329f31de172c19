import type { GitAddress } from '../base/git-address.ts'
import type { SourceRange } from '../base/source.ts'
import type { Digest, ImageConfig, Platform } from '../oci/index.ts'
import type { PlannedMount, RunLimits } from './planned-mount.ts'

/** Position of a vertex in `BuildPlan.vertices`; inputs always stand before their users. */
export type VertexIndex = number

/** What the user sees of a vertex: `[builder 4/7] RUN go build`. */
export interface StepLabel {
  /** Stage name, or `stage-2` when unnamed; undefined where there is just one stage (`[1/2] FROM ...`) and for sources that belong to no stage (`[internal] load build context`). */
  readonly stage: string | undefined
  /** 1-based. As in BuildKit FROM of an image is step 1, FROM of scratch or a stage is none, and then only what makes vertices counts. */
  readonly step: number | undefined
  readonly total: number | undefined
  /** The instruction with variables expanded as BuildKit shows it, on one line. */
  readonly text: string
  readonly range: SourceRange | undefined
}

/** Serialisable (JSON): the whole plan can be printed, stored and compared. */
export interface Vertex {
  readonly index: VertexIndex
  readonly op: Op
  readonly inputs: readonly VertexIndex[]
  readonly platform: Platform
  readonly label: StepLabel
}

export type Op = ImageOp | ContextOp | ExecOp | CopyOp | MkdirOp | HttpOp | GitOp

/** A base image, or the image of a COPY --from. Its layers, in order. No inputs. */
export interface ImageOp {
  readonly type: 'image'
  readonly reference: string
  readonly id: Digest
  readonly digest: Digest | undefined
  readonly diffIds: readonly Digest[]
}

/** The local build context (`name` is `context`), or a named one. No inputs. */
export interface ContextOp {
  readonly type: 'context'
  readonly name: string
}

/** BuildKit's place for inline scripts, which they see as their $0. */
export const SCRIPT_FOLDER = '/dev/pipes'

/** RUN. Input 0 is the root (absent on scratch); the inputs of mounts follow. */
export interface ExecOp extends RunLimits {
  readonly type: 'exec'
  /** True when there is no root input. */
  readonly scratch: boolean
  /** The final argv, shell included. */
  readonly args: readonly string[]
  /** An inline script with an interpreter line of its own, which `args` runs as SCRIPT_FOLDER/name. */
  readonly script?: { readonly name: string; readonly content: string } | undefined
  /** `NAME=value`, sorted by nothing: the order the process gets. Holds the ARGs that the step sees. */
  readonly env: readonly string[]
  /** `NAME=value` of predefined proxy arguments: the process gets them, but neither cache keys nor history know them. */
  readonly proxyEnv: readonly string[]
  readonly cwd: string
  /** As USER gave it: `app`, `1000:1000`; undefined means root. Looked up inside the root. */
  readonly user: string | undefined
  readonly network: 'default' | 'none' | 'host'
  readonly security: 'sandbox' | 'insecure'
  /** `--build-arg BUILDKIT_SANDBOX_HOSTNAME`; undefined means `buildkitsandbox`. */
  readonly hostname: string | undefined
  readonly mounts?: readonly PlannedMount[] | undefined
}

/** COPY and ADD. Input 0 is the root unless `scratch`; further inputs are where the parts come from. */
export interface CopyOp {
  readonly type: 'copy'
  readonly scratch: boolean
  /** In the order they are put into the root; a later one meets what an earlier one has made. */
  readonly parts: readonly CopyPart[]
  /** Absolute; ends in `/` when it must be a directory. */
  readonly destination: string
  readonly chown: string | undefined
  /** Validated, as written: octal digits or a change in letters (base/file-mode.ts). */
  readonly chmod: string | undefined
  readonly excludes: readonly string[]
  /** `--link`: the layer is made without looking at the root, which it is then put on. */
  readonly link: boolean
}

export type CopyPart = FilesPart | InlinePart

export interface FilesPart {
  readonly kind: 'files'
  /** Which of the vertex's inputs the sources are in. */
  readonly input: number
  readonly sources: readonly CopySource[]
  /** ADD: tar archives (plain, gzip, bzip2, xz, zstd by content) are unpacked. */
  readonly unpackArchives: boolean
  /** Files and symlinks of the context keep owner 0:0; of images and stages their own. */
  readonly fromContext: boolean
  /** They are for a RUN to mount: messages say so. */
  readonly mounted?: boolean | undefined
}

export interface CopySource {
  /**
   * Relative to the input's root, cleaned, without a leading slash; empty for the root itself. A pattern (Go
   * filepath.Match) when `wildcard`, else a path to be taken literally, backslashes too.
   */
  readonly pattern: string
  /** Written with a wildcard: no match is no error. */
  readonly wildcard: boolean
  /** `--parents`: what to take of that directory, and the directories on the way to it. */
  readonly below?: ParentsPattern | undefined
  /** As written, for messages. */
  readonly original: string
}

/** What stands behind the pivot `/./` of a source with `--parents`, or the whole source. */
export interface ParentsPattern {
  /** A pattern of .dockerignore (`**` too), relative to the source. */
  readonly pattern: string
  /** What must be there, relative to the input's root; undefined where a wildcard is. */
  readonly required: string | undefined
}

/** An inline file of a heredoc: 0644, of now. */
export interface InlinePart {
  readonly kind: 'inline'
  readonly name: string
  readonly content: string
}

/** WORKDIR. Input 0 is the root unless `scratch`. Makes the directory and its parents; existing ones stay as they are. */
export interface MkdirOp {
  readonly type: 'mkdir'
  readonly scratch: boolean
  readonly path: string
  /** Owner of what is made: the USER in force, undefined for root. */
  readonly user: string | undefined
}

/** ADD of a URL: makes a tree with the one file `name` in it, which a CopyOp takes from there. No inputs. */
export interface HttpOp {
  readonly type: 'http'
  readonly url: string
  readonly name: string
  readonly checksum: Digest | undefined
}

/** ADD of a Git repository: makes a tree of one commit, which a CopyOp takes from there. No inputs. */
export interface GitOp {
  readonly type: 'git'
  readonly address: GitAddress
}

/** One entry of the image's history; `vertex` when the instruction made a vertex whose layer may be in the image. */
export interface PlannedHistory {
  readonly createdBy: string
  readonly vertex: VertexIndex | undefined
  readonly comment: string | undefined
  readonly author?: string | undefined
}

export interface BuildPlan {
  readonly platform: Platform
  readonly vertices: readonly Vertex[]
  /** The last vertex of the target stage; undefined when it is `FROM scratch` with nothing in it. */
  readonly target: VertexIndex | undefined
  readonly targetStage: string
  /** The target stage's base image: what the final image's layers and history start with. */
  readonly base: { readonly vertex: VertexIndex; readonly config: ImageConfig } | undefined
  /** The final image's config, all but rootfs, history and created, which the engine knows. */
  readonly config: Omit<ImageConfig, 'rootfs' | 'history' | 'created'>
  /** Of the target stage's own instructions, and of the stages it was built FROM, in order. */
  readonly history: readonly PlannedHistory[]
  /** Vertices of each stage in order, for sizes per stage. */
  readonly stages: readonly {
    readonly name: string
    readonly inImage: boolean
    readonly vertices: readonly VertexIndex[]
  }[]
  readonly warnings: readonly {
    readonly code: string
    readonly message: string
    readonly range: SourceRange | undefined
  }[]
}
