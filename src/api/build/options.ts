import type { BuiltImage, ProgressEvent } from '../../progress/index.ts'
import type { WorkspaceOptions } from '../workspace.ts'
import type { InputOptions } from './input-options.ts'
import type { OutputOptions } from './output-options.ts'
import type { StepOptions } from './step-options.ts'

/** What `tare build` takes; all but `context` has Docker's defaults. */
export interface BuildOptions extends WorkspaceOptions, InputOptions, StepOptions, OutputOptions {
  /** Build arguments. SOURCE_DATE_EPOCH also clamps times. */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined
  /** Name or index of the stage to build; the last when not given. */
  readonly target?: string | undefined
  /** `linux/amd64`, `arm64` ...; the machine's own when not given. */
  readonly platform?: string | undefined
  /** Runs every step again. */
  readonly noCache?: boolean | undefined
  /** Runs the steps of these stages again, by name. */
  readonly noCacheStages?: readonly string[] | undefined
  /** Steps at work at a time; the number of cores when not given. */
  readonly jobs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * A build under way. Iterate it for its events; the iteration ends with the build and throws nothing. `result` settles
 * when everything is done or undone: it rejects with the build's TareError, or the signal's reason.
 */
export interface Build extends AsyncIterable<ProgressEvent> {
  readonly result: Promise<BuiltImage>
}
