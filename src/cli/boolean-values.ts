import type { Command, Option } from 'commander'

const VALUES: Readonly<Record<string, boolean>> = { true: true, t: true, '1': true, false: false, f: false, '0': false }

/**
 * Rewrites `--flag=true` to `--flag` and leaves `--flag=false` out, as docker understands them. Where the first operand
 * ends the options (`run IMAGE ...`), what follows is not touched.
 * @param passThrough whether it does
 */
export function withoutBooleanValues(command: Command, argv: readonly string[], passThrough: boolean): string[] {
  const words: string[] = []
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string
    if (word === '--' || (passThrough && !word.startsWith('-'))) return [...words, ...argv.slice(index)]
    const value = booleanValue(command, word)
    if (value === undefined) words.push(word)
    else if (value) words.push(word.slice(0, word.indexOf('=')))
    if (takesNext(command, word)) words.push(...argv.slice(++index, index + 1))
  }
  return words
}

function booleanValue(command: Command, word: string): boolean | undefined {
  const [, flag, text = ''] = /^(--?[a-z-]+)=(\w+)$/i.exec(word) ?? []
  const option = flag === undefined ? undefined : optionOf(command, flag)
  return option?.isBoolean() || (option?.negate && !option.required) ? VALUES[text.toLowerCase()] : undefined
}

/** Whether the next word is the value of this one, which may be several short flags in one: `-itv PATH`. */
function takesNext(command: Command, word: string): boolean {
  if (word.startsWith('--')) return optionOf(command, word)?.required === true
  if (!word.startsWith('-')) return false
  for (let at = 1; at < word.length; at++)
    if (optionOf(command, `-${word[at]}`)?.required) return at === word.length - 1
  return false
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(option => option.long === flag || option.short === flag)
}
