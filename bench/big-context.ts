import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = 500
const FILES_PER_FOLDER = 100
const POOL_BYTES = 1 << 20
const MEAN_BYTES = 7_400

/** Makes `FROM alpine`, `COPY . /app` with 50,000 files of 370 MB in all, the same bytes on every machine; made once. */
export function makeBigContext(folder: string): void {
  if (existsSync(folder)) return
  const making = `${folder}.making`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { recursive: true })
  writeFileSync(join(making, 'Dockerfile'), 'FROM alpine\nCOPY . /app\n')
  const pool = makePool()
  for (let index = 0; index < FOLDERS * FILES_PER_FOLDER; index++) {
    const parent = join(making, `d${Math.floor(index / FILES_PER_FOLDER)}`)
    if (index % FILES_PER_FOLDER === 0) mkdirSync(parent)
    writeFileSync(join(parent, `f${index}.dat`), slice(pool, index))
  }
  renameSync(making, folder)
}

/** No two files are the same: each begins with its number. */
function slice(pool: Uint8Array, index: number): Uint8Array {
  const length = (index * 7919) % (2 * MEAN_BYTES)
  const start = (index * 104_729) % (POOL_BYTES - length)
  return Buffer.concat([Buffer.from(`${index}\n`), pool.subarray(start, start + length)])
}

/** Half noise, half text, by turns of 4 KiB. (xorshift32, so that it does not depend on anything.) */
function makePool(): Uint8Array {
  const pool = new Uint8Array(POOL_BYTES)
  let state = 2_463_534_242
  for (let at = 0; at < POOL_BYTES; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    const noise = (at >> 12) % 2 === 0
    pool[at] = noise ? state & 0xff : 97 + (at % 26)
  }
  return pool
}
