import { readFlags } from './flags.ts'
import { commonOf, type Request, refuse, someArguments } from './request.ts'
import type { EnvInstruction, KeyValue, LabelInstruction } from './types.ts'

export function parseEnv(request: Request): EnvInstruction {
  const flags = readFlags(request)
  return { kind: 'env', ...commonOf(request, flags.all), env: readPairs(request) }
}

export function parseLabel(request: Request): LabelInstruction {
  const flags = readFlags(request)
  return { kind: 'label', ...commonOf(request, flags.all), labels: readPairs(request) }
}

/** The tree holds key, value and sign in turn. */
function readPairs(request: Request): KeyValue[] {
  const words = someArguments(request)
  const pairs: KeyValue[] = []
  for (let i = 0; i + 1 < words.length; i += 3) {
    const key = words[i]?.value ?? ''
    if (key === '')
      throw refuse(request, 'dockerfile-arguments', `${request.name} names can not be blank`, {
        range: words[i]?.range,
      })
    pairs.push({ key, value: words[i + 1]?.value ?? '' })
  }
  return pairs
}
