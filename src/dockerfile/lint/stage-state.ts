import type { ArgInstruction, Instruction } from '../instructions/types.ts'
import { expandWord } from '../shell/expand.ts'
import { bounded, effort } from './effort.ts'
import { type ExpandedWord, expandInstruction } from './expand-instruction.ts'
import type { GlobalScope } from './global-scope.ts'
import { nearestName } from './near-name.ts'
import type { LintBaseImage, LintInput } from './rule.ts'

/** What every container has that is not Windows, whatever its image says. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** ARGs that steer the frontend and are no variables. */
const NO_VARIABLES = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE'])

/** A variable that is used where it has no value and nobody declared it. */
export interface UndefinedName {
  readonly name: string
  readonly near: string | undefined
}

export interface StateWords {
  readonly words: readonly ExpandedWord[]
  readonly undefinedNames: readonly UndefinedName[]
}

/** What is known in a stage before an instruction, as far as rules ask. */
export class StageState {
  readonly environment: Map<string, string>
  readonly declared: Set<string>
  /** Whether all of the base image's variables are in `environment`. */
  readonly complete: boolean
  hasShell: boolean
  hasWorkdir: boolean
  readonly #input: LintInput
  readonly #global: GlobalScope

  /** From a base image; undefined when nothing is known of it. */
  constructor(input: LintInput, global: GlobalScope, base: StageState | LintBaseImage | undefined) {
    const copied = (base?.environment.size ?? 0) + (base instanceof StageState ? base.declared.size : 0)
    if (!effort(input).spend('copies', copied)) base = undefined
    const parent = base instanceof StageState ? base : undefined
    const image = base instanceof StageState ? undefined : base
    this.#input = input
    this.#global = global
    this.environment = new Map(base?.environment)
    if (!this.environment.has('PATH') && !isWindows(input)) this.environment.set('PATH', DEFAULT_PATH)
    this.declared = new Set(parent?.declared)
    this.complete = parent?.complete ?? image !== undefined
    this.hasShell = parent?.hasShell ?? (image?.shell?.length ?? 0) > 0
    this.hasWorkdir = parent?.hasWorkdir ?? false
  }

  /** Expands the instruction's words, then carries it out. */
  enter(instruction: Instruction): StateWords {
    if (instruction.kind === 'arg') return this.#declare(instruction)
    const env = (name: string): string | undefined => this.environment.get(name)
    const words = expandInstruction(instruction, env, this.#input.dockerfile.escape)
    const undefinedNames = this.#undefined(words.flatMap(word => word.unset))
    if (instruction.kind === 'env') this.#set(words)
    else if (instruction.kind === 'shell') this.hasShell = instruction.shell.length > 0
    else if (instruction.kind === 'workdir') this.hasWorkdir = true
    return { words, undefinedNames }
  }

  /** ENV's words: key and value in turn. */
  #set(words: readonly ExpandedWord[]): void {
    for (let i = 0; i + 1 < words.length; i += 2)
      this.environment.set(words[i]?.value ?? '', bounded(words[i + 1]?.value ?? ''))
  }

  #declare({ args }: ArgInstruction): StateWords {
    const names: UndefinedName[] = []
    for (const { key, value } of args) {
      const given = this.#input.buildArgs.get(key)
      const set = given ?? (value === undefined ? this.#global.values.get(key) : this.#default(value, names))
      if (set !== undefined && !NO_VARIABLES.has(key)) this.environment.set(key, bounded(set))
      this.declared.add(key)
    }
    return { words: [], undefinedNames: names }
  }

  #default(value: string, names: UndefinedName[]): string | undefined {
    try {
      const env = (name: string): string | undefined => this.environment.get(name)
      const expanded = expandWord(value, env, { escape: this.#input.dockerfile.escape })
      names.push(...this.#undefined(expanded.unmatched))
      return expanded.value
    } catch {
      return undefined
    }
  }

  #undefined(unset: readonly string[]): UndefinedName[] {
    const missing = [...new Set(unset)].filter(name => !this.declared.has(name) && !NO_VARIABLES.has(name))
    return missing.map(name => ({ name, near: nearestName(this.#input, name, this.environment.keys()) }))
  }
}

export function isWindows({ targetPlatform }: LintInput): boolean {
  return targetPlatform.startsWith('windows/')
}
