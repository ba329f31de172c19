import type { SecretSource } from '../../../api/index.ts'
import { usage } from '../../arguments.ts'
import { csvFields } from './csv-fields.ts'

/**
 * `--secret id=NAME,src=FILE`, `id=NAME,env=VARIABLE`, `id=NAME,type=env,src=VARIABLE`, or `id=NAME` alone: then the
 * variable of that name, else the file.
 */
export function parseSecret(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly [string, SecretSource] {
  const keys = readKeys(text)
  const { id, type, src, env: variable } = keys
  if (id === undefined || id === '') throw invalid(text, 'expected an id')
  if (src !== undefined && variable !== undefined) throw invalid(text, 'src and env cannot both be given')
  if (variable !== undefined) return [id, { env: variable }]
  if (type === 'env') return [id, { env: src ?? id }]
  if (src !== undefined || type === 'file') return [id, { file: src ?? id }]
  return [id, env[id] === undefined ? { file: id } : { env: id }]
}

type Keys = Partial<Record<'id' | 'type' | 'src' | 'env', string>>

function readKeys(text: string): Keys {
  const fields = csvFields(text)
  if (!fields) throw invalid(text, 'the quotes are not closed')
  const keys: Keys = {}
  for (const field of fields) {
    const equals = field.indexOf('=')
    if (equals < 0) throw invalid(text, `expected key=value, got ${JSON.stringify(field)}`)
    const value = field.slice(equals + 1)
    switch (field.slice(0, equals).toLowerCase()) {
      case 'id':
        keys.id = value
        break
      case 'src':
      case 'source':
        keys.src = value
        break
      case 'env':
        keys.env = value
        break
      case 'type':
        if (value !== 'file' && value !== 'env') throw invalid(text, 'type is file or env')
        keys.type = value
        break
      default:
        throw invalid(text, `unexpected key ${JSON.stringify(field.slice(0, equals))}`)
    }
  }
  return keys
}

function invalid(text: string, cause: string): Error {
  return usage(`invalid --secret ${JSON.stringify(text)}: ${cause}`, 'It is id=NAME,src=FILE or id=NAME,env=VARIABLE.')
}
