import type { Digest } from './digest.ts'

/** What containers of the image run with (image-spec config.md, `config`), with Docker's additions as BuildKit writes them. */
export interface RunConfig {
  readonly User?: string | undefined
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>> | undefined
  readonly Env?: readonly string[] | undefined
  readonly Entrypoint?: readonly string[] | null | undefined
  readonly Cmd?: readonly string[] | null | undefined
  readonly Volumes?: Readonly<Record<string, Record<string, never>>> | undefined
  readonly WorkingDir?: string | undefined
  readonly Labels?: Readonly<Record<string, string>> | undefined
  readonly StopSignal?: string | undefined
  readonly ArgsEscaped?: boolean | undefined
  readonly Healthcheck?: HealthConfig | undefined
  readonly OnBuild?: readonly string[] | null | undefined
  readonly Shell?: readonly string[] | undefined
}

/** Durations in nanoseconds, as Docker stores them. */
export interface HealthConfig {
  readonly Test?: readonly string[] | undefined
  readonly Interval?: number | undefined
  readonly Timeout?: number | undefined
  readonly StartPeriod?: number | undefined
  readonly StartInterval?: number | undefined
  readonly Retries?: number | undefined
}

export interface HistoryEntry {
  readonly created?: string | undefined
  readonly created_by?: string | undefined
  readonly author?: string | undefined
  readonly comment?: string | undefined
  readonly empty_layer?: boolean | undefined
}

/** image-spec config.md. Times are RFC 3339. */
export interface ImageConfig {
  readonly architecture: string
  readonly os: string
  readonly variant?: string | undefined
  readonly 'os.version'?: string | undefined
  readonly 'os.features'?: readonly string[] | undefined
  readonly created?: string | undefined
  readonly author?: string | undefined
  readonly config?: RunConfig | undefined
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] }
  readonly history?: readonly HistoryEntry[] | undefined
}
