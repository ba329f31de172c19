import type { BuiltImage, ProgressEvent } from '../../progress/index.ts'
import type { WorkspaceOptions } from '../workspace.ts'

/** What `tare build` takes; all but `context` has Docker's defaults. */
export interface BuildOptions extends WorkspaceOptions {
  /** The build context: a directory. */
  readonly context: string
  /** Path of the Dockerfile, `<context>/Dockerfile` when not given; or its bytes. */
  readonly dockerfile?: string | Uint8Array | undefined
  /** Names for the image: `app`, `ghcr.io/me/app:1.2`. */
  readonly tags?: readonly string[] | undefined
  /** Build arguments. SOURCE_DATE_EPOCH also clamps times. */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** Name or index of the stage to build; the last when not given. */
  readonly target?: string | undefined
  /** `linux/amd64`, `arm64` ...; the machine's own when not given. */
  readonly platform?: string | undefined
  /** Runs every step again. */
  readonly noCache?: boolean | undefined
  /** Asks the registry for newer base images. */
  readonly pull?: boolean | undefined
  /** Pushes the image under all its names. */
  readonly push?: boolean | undefined
  /** Steps at work at a time; the number of cores when not given. */
  readonly jobs?: number | undefined
  /** Network of RUN steps without a flag of their own. */
  readonly network?: 'default' | 'host' | 'none' | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * A build under way. Iterate it for its events; the iteration ends with the build and throws nothing. `result` settles
 * when everything is done or undone: it rejects with the build's TareError, or the signal's reason.
 */
export interface Build extends AsyncIterable<ProgressEvent> {
  readonly result: Promise<BuiltImage>
}
