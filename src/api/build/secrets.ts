import { readFileSync, statSync } from 'node:fs'
import { messageOf } from '../../base/error.ts'
import { systemErrorWords } from '../../base/system-error.ts'
import { apiError } from '../errors.ts'
import type { Environment } from '../workspace.ts'
import type { SecretSource } from './step-options.ts'

/** BuildKit's. */
const MAX_BYTES = 500 * 1024

/** A build's secrets, read when a step asks for them. That files are there is checked at once. */
export function openSecrets(
  sources: Readonly<Record<string, SecretSource>>,
  env: Environment,
): (id: string) => Promise<Uint8Array | undefined> {
  const byId = new Map(Object.entries(sources))
  for (const [id, source] of byId) checkSecret(id, source)
  return async id => {
    const source = byId.get(id)
    return source && readSecret(id, source, env)
  }
}

function checkSecret(id: string, source: SecretSource): void {
  if (id === '') throw apiError('BUILD_INVALID_OPTION', 'invalid --secret: expected an id')
  if (!('file' in source)) return
  const size = reading(id, source.file, () => statSync(source.file).size)
  if (size > MAX_BYTES) throw tooLarge(id)
}

function readSecret(id: string, source: SecretSource, env: Environment): Uint8Array {
  const value = Buffer.from(contentOf(id, source, env))
  if (value.length > MAX_BYTES) throw tooLarge(id)
  return value
}

function contentOf(id: string, source: SecretSource, env: Environment): string | Uint8Array {
  if ('value' in source) return source.value
  if ('env' in source) return env[source.env] ?? ''
  return reading(id, source.file, () => readFileSync(source.file))
}

function reading<T>(id: string, file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const reason = systemErrorWords(error) ?? messageOf(error)
    throw apiError('BUILD_INVALID_OPTION', `reading secret ${id} from ${file}: ${reason}`, {
      cause: error,
      facts: { id },
    })
  }
}

function tooLarge(id: string): Error {
  const message = `reading secret ${id}: expected ${MAX_BYTES} bytes at most`
  return apiError('BUILD_INVALID_OPTION', message, { hint: 'A secret is a password or a key, not an archive.' })
}
