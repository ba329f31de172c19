import type { RunConfig } from '../oci/index.ts'
import type { BuildPlan } from './graph.ts'
import type { StageState } from './stage-state.ts'

/** The image config that BuildKit would write: its order of fields, nothing that is empty, maps sorted by key. */
export function finalConfig(state: StageState, labels: Readonly<Record<string, string>>): BuildPlan['config'] {
  const { architecture, os, variant, author } = state.image
  const version = state.image['os.version']
  const features = state.image['os.features']
  return {
    architecture,
    os,
    ...(variant ? { variant } : {}),
    ...(version ? { 'os.version': version } : {}),
    ...(features?.length ? { 'os.features': features } : {}),
    ...(author ? { author } : {}),
    config: runConfig({ ...state.config, Labels: { ...state.config.Labels, ...labels } }),
  }
}

function runConfig(config: RunConfig): RunConfig {
  const fields: RunConfig = {
    User: config.User,
    ExposedPorts: sorted(config.ExposedPorts),
    Env: config.Env,
    Entrypoint: config.Entrypoint,
    Cmd: config.Cmd,
    Volumes: sorted(config.Volumes),
    WorkingDir: config.WorkingDir,
    Labels: sorted(config.Labels),
    StopSignal: config.StopSignal,
    ArgsEscaped: config.ArgsEscaped,
    Healthcheck: config.Healthcheck,
    OnBuild: config.OnBuild,
    Shell: config.Shell,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)))
}

function sorted<T>(map: Readonly<Record<string, T>> | undefined): Record<string, T> | undefined {
  return map && Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
