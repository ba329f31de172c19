import type { CopyInstruction, Instruction, RunInstruction, Stage } from '../../instructions/types.ts'
import { expandWord } from '../../shell/expand.ts'
import { resolvePath } from './paths.ts'
import { type RunCommand, readRun } from './run-commands.ts'
import { type RunMount, readMounts } from './run-mounts.ts'
import type { Variables } from './variables.ts'

/** What holds between two instructions. */
export interface StageState {
  /** Undefined where it is not known: the base image's own, or made of variables nobody knows. */
  readonly workdir: string | undefined
  /** SHELL's value; undefined for the default. */
  readonly shell: readonly string[] | undefined
  readonly variables: Variables
}

/** An instruction with what is in force where it stands. */
export class Step<Kind extends Instruction = Instruction> {
  readonly instruction: Kind
  readonly stage: Stage
  readonly workdir: string | undefined
  readonly #state: StageState
  readonly #at: number
  readonly #escape: '\\' | '`'
  #commands: readonly RunCommand[] | undefined
  #mounts: readonly RunMount[] | undefined

  /** `at` is the instruction's number in the stage. */
  constructor(instruction: Kind, stage: Stage, state: StageState, at: number, escapeChar: '\\' | '`') {
    this.instruction = instruction
    this.stage = stage
    this.workdir = state.workdir
    this.#state = state
    this.#at = at
    this.#escape = escapeChar
  }

  /** A variable's value here, from ARG and ENV; undefined where it is not known. */
  value(name: string): string | undefined {
    return this.#state.variables.get(name, this.#at)
  }

  /** The word with variables put in; undefined where one is not known. */
  expand(word: string): string | undefined {
    return expandKnown(word, name => this.value(name), this.#escape)
  }

  /** The same as a path, relative ones below WORKDIR; `undefined` where either is not known. */
  path(word: string): string | undefined {
    const path = this.expand(word)
    if (path === undefined || path.startsWith('/')) return path && resolvePath(path)
    return this.workdir === undefined ? undefined : resolvePath(path, this.workdir)
  }

  /** The simple commands of a RUN; none of others, and none where no POSIX shell reads them. */
  get commands(): readonly RunCommand[] {
    const run: Instruction = this.instruction
    // A Dockerfile with the other escape character is for Windows.
    this.#commands ??= run.kind === 'run' && this.#escape === '\\' ? readRun(run, this.#state.shell) : []
    return this.#commands
  }

  get mounts(): readonly RunMount[] {
    this.#mounts ??= this.instruction.kind === 'run' ? readMounts(this.instruction) : []
    return this.#mounts
  }

  /** What holds behind it. */
  get after(): StageState {
    const instruction: Instruction = this.instruction
    if (instruction.kind === 'shell') return { ...this.#state, shell: instruction.shell }
    if (instruction.kind === 'workdir') return { ...this.#state, workdir: this.path(instruction.path) }
    return this.#state
  }
}

/** Longer than anything that rules have a use for. */
const MAX_LENGTH = 8192

/** Undefined where a variable is not known, or the word is faulty or too long. */
export function expandKnown(
  word: string,
  lookup: (name: string) => string | undefined,
  escapeChar: '\\' | '`',
): string | undefined {
  if (!/[$'"\\`]/.test(word)) return word
  try {
    const { value, unmatched } = expandWord(word, lookup, { escape: escapeChar })
    return unmatched.length > 0 || value.length > MAX_LENGTH ? undefined : value
  } catch {
    return undefined
  }
}

export function isCopyStep(step: Step): step is Step<CopyInstruction> {
  return step.instruction.kind === 'copy' || step.instruction.kind === 'add'
}

export function isRunStep(step: Step): step is Step<RunInstruction> {
  return step.instruction.kind === 'run'
}

/** Every `--from` of a step, as written. */
export function sourcesOf(step: Step): string[] {
  if (isCopyStep(step)) return step.instruction.from?.value ? [step.instruction.from.value] : []
  return step.mounts.flatMap(mount => (mount.from ? [mount.from] : []))
}
