import type { TextEdit } from '../../record/index.ts'
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

/** The port replaced where it was written as it is, without variables; only the first of several alike. */
export function portFix({ node, triggered }: StageStep, port: string, text: string): TextEdit[] | undefined {
  if (triggered) return undefined
  const edits = node.args.flatMap(({ value, range }) => {
    const place = value === port ? editRange(range) : undefined
    return place ? [{ range: place, text }] : []
  })
  return edits.length > 0 ? edits : undefined
}
