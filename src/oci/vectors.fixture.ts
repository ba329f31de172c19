import { existsSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../../../shared/vectors/', import.meta.url)

/** True where the project's shared test vectors are not at hand. */
export const vectorsAbsent = !existsSync(FOLDER)

/** The rows of one vector file; none when the folder is absent. */
export function readVectors<Row>(name: string): Row[] {
  if (vectorsAbsent) return []
  const text = readFileSync(new URL(`${name}_vectors.jsonl`, FOLDER), 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Row)
}
