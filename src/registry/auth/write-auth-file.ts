import { randomBytes } from 'node:crypto'
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errnoOf, messageOf } from '../../base/error.ts'
import { registryError } from '../errors.ts'

/** Replaces the file atomically, mode 0600 from its first byte on; a symlink stays one. Throws `REGISTRY_BAD_CONFIG`. */
export async function writeAuthFile(path: string, document: Readonly<Record<string, unknown>>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await replace(await target(path), `${JSON.stringify(document, null, '\t')}\n`)
  } catch (error) {
    throw registryError(
      'REGISTRY_BAD_CONFIG',
      `writing credentials to ${path}: ${errnoOf(error) ?? messageOf(error)}`,
      {
        facts: { path },
      },
    )
  }
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function target(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return path
    throw error
  }
}
