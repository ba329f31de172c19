import { type Command, expandWords, type HealthcheckInstruction, type Instruction } from '../dockerfile/index.ts'
import type { HealthConfig } from '../oci/index.ts'
import { argvOf, formatGoList, healthcheckText, quoteGoList } from './history-text.ts'
import { locate, planError, type SourceSpot } from './plan-error.ts'
import { exposedPorts } from './ports.ts'
import { addHistory, expand, lookup, type StageState, setVariable, shellOf, type WalkContext } from './stage-state.ts'
import { checkStopSignal } from './stop-signal.ts'

type Of<K extends Instruction['kind']> = Extract<Instruction, { kind: K }>

/** All values of one ENV are expanded before any of them counts. */
export function applyEnv(state: StageState, context: WalkContext, instruction: Of<'env'>, at: SourceSpot): void {
  const pairs = instruction.env.map(({ key, value }) => ({
    key: expand(state, context, key, at),
    value: expand(state, context, value, at),
  }))
  for (const { key, value } of pairs) {
    state.env.set(key, value)
    state.config.Env = setVariable(state.config.Env, key, value)
  }
  addHistory(state, `ENV ${pairs.map(({ key, value }) => `${key}=${value}`).join(' ')}`)
}

/** Value: `--build-arg`, else the default, else what the name stands for before the first FROM. */
export function applyArg(state: StageState, context: WalkContext, instruction: Of<'arg'>, at: SourceSpot): void {
  const shown = ['ARG']
  for (const arg of instruction.args) {
    const key = expand(state, context, arg.key, at)
    const value = context.buildArgs.get(key) ?? defaultOf(arg.value, key, state, context, at)
    state.args.set(key, value)
    if (value !== undefined) state.env.set(key, value)
    shown.push(value === undefined ? key : `${key}=${value}`)
  }
  addHistory(state, shown.join(' '))
}

/** Not looked at when the argument is given: `${NAME:?}` in it fails only without. */
function defaultOf(
  written: string | undefined,
  key: string,
  state: StageState,
  context: WalkContext,
  at: SourceSpot,
): string | undefined {
  return written === undefined ? context.scope.values.get(key) : expand(state, context, written, at)
}

export function applyLabel(state: StageState, context: WalkContext, instruction: Of<'label'>, at: SourceSpot): void {
  const pairs = instruction.labels.map(
    ({ key, value }) => [expand(state, context, key, at), expand(state, context, value, at)] as const,
  )
  state.config.Labels = { ...state.config.Labels, ...Object.fromEntries(pairs) }
  addHistory(state, `LABEL ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`)
}

export function applyUser(state: StageState, context: WalkContext, instruction: Of<'user'>, at: SourceSpot): void {
  const user = expand(state, context, instruction.user, at)
  state.config.User = user
  addHistory(state, `USER ${user}`)
}

/** A variable may hold several ports. The history has the words in order as they are written, each with all its ports. */
export function applyExpose(state: StageState, context: WalkContext, instruction: Of<'expose'>, at: SourceSpot): void {
  const words = instruction.ports
    .toSorted()
    .flatMap(port => locate(at, () => expandWords(port, lookup(state), { escape: context.escape })).words)
  const ports = words.flatMap(word => exposedPorts(word, at))
  const opened = Object.fromEntries(ports.map(port => [port, {}]))
  state.config.ExposedPorts = { ...state.config.ExposedPorts, ...opened }
  addHistory(state, `EXPOSE ${formatGoList(ports)}`)
}

export function applyVolume(state: StageState, context: WalkContext, instruction: Of<'volume'>, at: SourceSpot): void {
  const volumes = instruction.volumes.map(volume => expand(state, context, volume, at))
  if (volumes.includes('')) throw planError('PLAN_INVALID', 'reading VOLUME: the path is empty', at)
  state.config.Volumes = { ...state.config.Volumes, ...Object.fromEntries(volumes.map(volume => [volume, {}])) }
  addHistory(state, `VOLUME ${formatGoList(volumes)}`)
}

export function applyStopsignal(
  state: StageState,
  context: WalkContext,
  instruction: Of<'stopsignal'>,
  at: SourceSpot,
): void {
  const signal = expand(state, context, instruction.signal, at)
  checkStopSignal(signal, at)
  state.config.StopSignal = signal
  addHistory(state, `STOPSIGNAL ${signal}`)
}

export function applyShell(state: StageState, instruction: Of<'shell'>): void {
  state.config.Shell = instruction.shell
  addHistory(state, `SHELL ${formatGoList(instruction.shell)}`)
}

/** ENTRYPOINT drops an inherited CMD: it was meant for another program. One given in this stage stays. */
export function applyCommand(state: StageState, instruction: Of<'cmd' | 'entrypoint'>): void {
  const args = argvOf(instruction.command, shellOf(state))
  if (instruction.kind === 'cmd') {
    state.config.Cmd = args
    state.config.ArgsEscaped = true
    state.commandSet = true
  } else {
    state.config.Entrypoint = args
    if (!state.commandSet) state.config.Cmd = undefined
  }
  addHistory(state, `${instruction.kind.toUpperCase()} ${quoteGoList(args)}`)
}

export function applyHealthcheck(state: StageState, instruction: HealthcheckInstruction): void {
  const check = healthConfig(instruction.check)
  state.config.Healthcheck = check
  addHistory(state, healthcheckText(check))
}

function healthConfig(check: HealthcheckInstruction['check']): HealthConfig {
  if (check === 'none') return { Test: ['NONE'] }
  const { command, interval, timeout, startPeriod, startInterval, retries } = check
  return {
    Test: healthTest(command),
    ...(interval ? { Interval: interval } : {}),
    ...(timeout ? { Timeout: timeout } : {}),
    ...(startPeriod ? { StartPeriod: startPeriod } : {}),
    ...(startInterval ? { StartInterval: startInterval } : {}),
    ...(retries ? { Retries: retries } : {}),
  }
}

function healthTest(command: Command): string[] {
  return command.form === 'shell' ? ['CMD-SHELL', command.text] : ['CMD', ...command.args]
}

/** Triggers are kept for whoever builds FROM this; BuildKit writes no history for them. */
export function applyOnbuild(state: StageState, instruction: Of<'onbuild'>): void {
  state.config.OnBuild = [...(state.config.OnBuild ?? []), instruction.expression]
}

export function applyMaintainer(state: StageState, instruction: Of<'maintainer'>): void {
  state.image.author = instruction.name
  addHistory(state, `MAINTAINER ${instruction.name}`)
}
