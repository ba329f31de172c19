import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PROJECT = join(import.meta.dirname, '../..')
const FOLDER = process.env['TARE_VECTORS'] ?? join(PROJECT, '../shared/vectors')

/** True where the project's shared test vectors are not at hand. */
export const vectorsAbsent = !existsSync(FOLDER)

/** The rows of one vector file; none when the folder is absent. */
export function readVectors<Row>(name: string): Row[] {
  if (vectorsAbsent) return []
  const text = readFileSync(join(FOLDER, `${name}_vectors.jsonl`), 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Row)
}
