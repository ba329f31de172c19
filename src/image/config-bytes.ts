import { compareText } from '../base/text.ts'
import type { HistoryEntry, ImageConfig, RunConfig } from '../oci/index.ts'

/**
 * The config as JSON, always the same for the same values: top-level fields in alphabetical order and the inner ones in
 * the order of the Go structs, as BuildKit writes them; maps sorted; empty fields left out.
 */
export function imageConfigBytes(config: ImageConfig): Buffer {
  const value = {
    architecture: config.architecture,
    author: text(config.author),
    config: runConfigValue(config.config ?? {}),
    created: config.created,
    history: list(config.history?.map(historyValue)),
    os: config.os,
    'os.features': list(config['os.features']),
    'os.version': text(config['os.version']),
    rootfs: { type: config.rootfs.type, diff_ids: config.rootfs.diff_ids },
    variant: text(config.variant),
  }
  return Buffer.from(JSON.stringify(value), 'utf8')
}

function runConfigValue(config: RunConfig): RunConfig {
  const health = config.Healthcheck
  return {
    User: text(config.User),
    ExposedPorts: map(config.ExposedPorts),
    Env: list(config.Env),
    Entrypoint: list(config.Entrypoint),
    Cmd: list(config.Cmd),
    Volumes: map(config.Volumes),
    WorkingDir: text(config.WorkingDir),
    Labels: map(config.Labels),
    StopSignal: text(config.StopSignal),
    ArgsEscaped: config.ArgsEscaped || undefined,
    Healthcheck: health && {
      Test: list(health.Test),
      Interval: health.Interval || undefined,
      Timeout: health.Timeout || undefined,
      StartPeriod: health.StartPeriod || undefined,
      StartInterval: health.StartInterval || undefined,
      Retries: health.Retries || undefined,
    },
    OnBuild: list(config.OnBuild),
    Shell: list(config.Shell),
  }
}

function historyValue(entry: HistoryEntry): HistoryEntry {
  return {
    created: entry.created,
    created_by: text(entry.created_by),
    author: text(entry.author),
    comment: text(entry.comment),
    empty_layer: entry.empty_layer || undefined,
  }
}

function text(value: string | undefined): string | undefined {
  return value || undefined
}

function list<T>(values: readonly T[] | null | undefined): readonly T[] | undefined {
  return values && values.length > 0 ? values : undefined
}

function map<T>(values: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> | undefined {
  const entries = Object.entries(values ?? {}).sort(([a], [b]) => compareText(a, b))
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}
