import { usage } from '../arguments.ts'

/** `NAME=value` words as a record; NAME alone takes its value from `env`, and is left out where that has none, as docker does. */
export function parseKeyValues(
  flag: string,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const values: Record<string, string> = {}
  for (const word of words) {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    if (name === '') throw usage(`invalid ${flag} ${JSON.stringify(word)}`, 'Expected NAME=VALUE.')
    const value = equals < 0 ? (flag === '--label' ? '' : env[name]) : word.slice(equals + 1)
    if (value !== undefined) values[name] = value
  }
  return values
}
