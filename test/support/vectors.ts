import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../../scripts/tare.ts'

/** Facts and tools beside the checkout; not on a user's machine. */
export const SHARED = join(CHECKOUT, '../shared')

/** The rows of a vector file, undefined where it is absent. */
export function readVectors<Row>(name: string): Row[] | undefined {
  const file = join(SHARED, 'vectors', `${name}.jsonl`)
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as Row)
}
