import { spawn } from 'node:child_process'
import type { Env } from '../env.ts'
import { registryError } from '../errors.ts'
import type { AuthFile } from './auth-file.ts'
import type { Credentials } from './secret.ts'
import { keysFor, serverKey } from './server-key.ts'

const TIMEOUT_MS = 15_000
const MAX_OUTPUT_BYTES = 256 * 1024
/** The answer of a helper that works but has nothing (docker-credential-helpers protocol). */
const NOT_FOUND = /credentials not found|no credentials/i

/** The helper program's suffix for a host: `credHelpers` before `credsStore`. */
export function helperFor(config: AuthFile, host: string): string | undefined {
  for (const key of [serverKey(host), ...keysFor(host, '')]) {
    const named = config.credHelpers.get(key)
    if (named !== undefined) return named
  }
  return config.credsStore
}

/** Undefined when the helper has none. Throws `REGISTRY_CREDENTIAL_HELPER`; its output is never part of an error. */
export async function helperGet(
  helper: string,
  server: string,
  env: Env,
  signal?: AbortSignal,
): Promise<Credentials | undefined> {
  const { code, stdout } = await runHelper(helper, 'get', server, env, signal)
  if (code !== 0 && NOT_FOUND.test(stdout)) return undefined
  if (code !== 0) throw failed(helper, 'get', `exit code ${code}`)
  const answer = parseAnswer(helper, stdout)
  if (answer.username === '' && answer.secret === '') return undefined
  if (answer.username === '<token>') return { type: 'identity', token: answer.secret }
  return { type: 'basic', username: answer.username, password: answer.secret }
}

export async function helperStore(
  helper: string,
  entry: { readonly server: string; readonly username: string; readonly secret: string },
  env: Env,
  signal?: AbortSignal,
): Promise<void> {
  const input = JSON.stringify({ ServerURL: entry.server, Username: entry.username, Secret: entry.secret })
  const { code } = await runHelper(helper, 'store', input, env, signal)
  if (code !== 0) throw failed(helper, 'store', `exit code ${code}`)
}

/** False when there was nothing to erase. */
export async function helperErase(helper: string, server: string, env: Env): Promise<boolean> {
  const { code, stdout } = await runHelper(helper, 'erase', server, env)
  if (code !== 0 && !NOT_FOUND.test(stdout)) throw failed(helper, 'erase', `exit code ${code}`)
  return code === 0
}

function parseAnswer(helper: string, stdout: string): { username: string; secret: string } {
  try {
    const answer = JSON.parse(stdout) as { Username?: unknown; Secret?: unknown }
    return { username: String(answer.Username ?? ''), secret: String(answer.Secret ?? '') }
  } catch {
    throw failed(helper, 'get', 'its answer is not JSON')
  }
}

/** Runs the program with a hard end after 15 s. What it leaves running in the background does not hold us up. */
function runHelper(
  helper: string,
  action: string,
  input: string,
  env: Env,
  signal?: AbortSignal,
): Promise<{ code: number; stdout: string }> {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(helper)) throw failed(helper, action, 'not the name of a credential helper')
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawn(`docker-credential-${helper}`, [action], { env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'] })
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      child.kill('SIGKILL')
      child.stdout.destroy()
      settle()
    }
    const abort = (): void => end(() => reject(signal?.reason))
    const timer = setTimeout(
      () => end(() => reject(failed(helper, action, `no answer in ${TIMEOUT_MS} ms`))),
      TIMEOUT_MS,
    )
    const chunks: Buffer[] = []
    let length = 0
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > MAX_OUTPUT_BYTES) end(() => reject(failed(helper, action, 'endless output')))
    })
    child.on('error', cause => end(() => reject(failed(helper, action, 'cannot be started', cause))))
    child.on('close', code => end(() => resolve({ code: code ?? 1, stdout: Buffer.concat(chunks).toString('utf8') })))
    signal?.addEventListener('abort', abort, { once: true })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function failed(helper: string, action: string, why: string, cause?: unknown): Error {
  return registryError('REGISTRY_CREDENTIAL_HELPER', `running docker-credential-${helper} ${action}: ${why}`, {
    cause,
    facts: { helper },
  })
}
