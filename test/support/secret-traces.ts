import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below `folder` in whose bytes, or name, one of the values stands. */
export async function filesHolding(folder: string, values: readonly string[]): Promise<string[]> {
  const wanted = values.map(value => Buffer.from(value))
  const longest = Math.max(...wanted.map(value => value.length))
  const found: string[] = []
  for (const path of files(folder)) {
    if (values.some(value => path.includes(value)) || (await holds(path, wanted, longest))) found.push(path)
  }
  return found
}

/** No link is followed. */
function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : entry.isFile() ? [path] : []
  })
}

async function holds(path: string, wanted: readonly Buffer[], longest: number): Promise<boolean> {
  let end = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    const text = Buffer.concat([end, chunk as Buffer])
    if (wanted.some(value => text.includes(value))) return true
    end = text.subarray(-longest)
  }
  return false
}
