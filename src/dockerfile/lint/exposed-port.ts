import type { TextEdit, TextRange } from '../../record/index.ts'
import { editRange } from './place.ts'
import type { StageStep } from './stage-steps.ts'

/** `127.0.0.1:80:8080/tcp` -> `127.0.0.1:80:`, `8080`, `tcp`; a part that is not there is empty. */
export function portParts(port: string): {
  readonly host: string
  readonly container: string
  readonly protocol: string
} {
  const colon = port.lastIndexOf(':')
  const rest = port.slice(colon + 1)
  const slash = rest.indexOf('/')
  return {
    host: port.slice(0, colon + 1),
    container: slash < 0 ? rest : rest.slice(0, slash),
    protocol: slash < 0 ? '' : rest.slice(slash + 1),
  }
}

/** Makes the edits that replace a port wherever it was written as it is, without variables. */
export function portReplacer({ node, triggered }: StageStep): (port: string, text: string) => TextEdit[] | undefined {
  const places = new Map<string, TextRange[]>()
  if (!triggered)
    for (const { value, range } of node.args) {
      const place = editRange(range)
      const alike = places.get(value)
      if (place && alike) alike.push(place)
      else if (place) places.set(value, [place])
    }
  return (port, text) => places.get(port)?.map(range => ({ range, text }))
}
