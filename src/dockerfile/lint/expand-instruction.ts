import { splitMount } from '../instructions/mount-fields.ts'
import type { Instruction } from '../instructions/types.ts'
import { expandWord, expandWords } from '../shell/expand.ts'
import type { EnvLookup } from '../shell/types.ts'

/** What a word is to its instruction. */
export type WordPart = 'key' | 'value' | 'flag' | 'source' | 'destination' | 'content' | 'mount' | 'port' | 'only'

export interface ExpandedWord {
  readonly part: WordPart
  readonly value: string
  /** Names without a value here, in the order of their use. */
  readonly unset: readonly string[]
}

/**
 * The words of an instruction in which BuildKit expands variables, ARG apart, expanded. Up to the first that cannot be
 * expanded: planning the build reports that one.
 */
export function expandInstruction(instruction: Instruction, env: EnvLookup, escapeChar: '\\' | '`'): ExpandedWord[] {
  const shell = { escape: escapeChar }
  const expanded: ExpandedWord[] = []
  try {
    for (const [part, word] of wordsOf(instruction)) {
      if (part === 'port') for (const value of expandWords(word, env, shell).words) expanded.push(port(value))
      else {
        const options = part === 'content' ? { skipQuotes: true } : shell
        const { value, unmatched } = expandWord(word, env, options)
        expanded.push({ part, value, unset: unmatched })
      }
    }
  } catch {
    return expanded
  }
  return expanded
}

/** BuildKit does not ask whether the variables of EXPOSE are set. */
function port(value: string): ExpandedWord {
  return { part: 'port', value, unset: [] }
}

function* wordsOf(instruction: Instruction): Generator<readonly [WordPart, string]> {
  switch (instruction.kind) {
    case 'env':
      return yield* pairs(instruction.env)
    case 'label':
      return yield* pairs(instruction.labels)
    case 'copy':
    case 'add': {
      const { chown, chmod, checksum, sources, destination, heredocs } = instruction
      for (const flag of [chown, chmod, checksum]) if (flag !== undefined) yield ['flag', flag]
      for (const source of sources) yield ['source', source]
      yield ['destination', destination]
      for (const heredoc of heredocs) if (heredoc.expand) yield ['content', heredoc.content]
      return
    }
    case 'run':
      for (const mount of instruction.mounts) yield* mountValues(mount.value ?? '')
      return
    case 'expose':
      for (const each of instruction.ports) yield ['port', each]
      return
    case 'volume':
      for (const each of instruction.volumes) yield ['only', each]
      return
    case 'workdir':
      return yield ['only', instruction.path]
    case 'user':
      return yield ['only', instruction.user]
    case 'stopsignal':
      return yield ['only', instruction.signal]
  }
}

function* pairs(
  list: readonly { readonly key: string; readonly value: string }[],
): Generator<readonly [WordPart, string]> {
  for (const { key, value } of list) {
    yield ['key', key]
    yield ['value', value]
  }
}

function* mountValues(mount: string): Generator<readonly [WordPart, string]> {
  for (const field of splitMount(mount) ?? []) {
    const equals = field.indexOf('=')
    if (equals >= 0) yield ['mount', field.slice(equals + 1)]
  }
}
