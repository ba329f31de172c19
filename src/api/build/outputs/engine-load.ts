import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { apiError } from '../../errors.ts'
import { type ByteSink, writeChunk } from '../../whole-file.ts'
import { type EngineAddress, formatAddress } from './engine-address.ts'

const PING_MS = 5000
/** An answer is a few lines; whoever sends more is not heard out. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** Whether somebody answers there. */
export async function answers(address: EngineAddress, signal: AbortSignal): Promise<boolean> {
  try {
    const request = open(
      address,
      { method: 'GET', path: '/_ping' },
      AbortSignal.any([signal, AbortSignal.timeout(PING_MS)]),
    )
    request.end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode === 200
  } catch {
    signal.throwIfAborted()
    return false
  }
}

/**
 * POST /images/load (Docker Engine API, which Podman has too) while `write` makes the archive. Throws `LOAD_FAILED` with
 * what the engine says.
 */
export async function loadArchive(
  address: EngineAddress,
  write: (sink: ByteSink) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const headers = { 'content-type': 'application/x-tar' }
  const request = open(address, { method: 'POST', path: '/images/load?quiet=1', headers }, signal)
  // Whoever writes next throws it; an engine that refuses answers before it has read everything.
  request.on('error', () => undefined)
  const answering = once(request, 'response') as Promise<[IncomingMessage]>
  answering.catch(() => undefined)
  const written = await write(chunk => writeChunk(request, chunk)).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (written && !isBrokenPipe(written.error)) {
    request.destroy()
    throw written.error
  }
  request.end()
  const [response] = await answering
  const complaint = complaintOf(response.statusCode ?? 0, await textOf(response))
  if (complaint !== undefined) throw apiError('LOAD_FAILED', `loading into ${formatAddress(address)}: ${complaint}`)
}

function open(address: EngineAddress, options: RequestOptions, signal: AbortSignal): ClientRequest {
  if ('socketPath' in address) return httpRequest({ ...options, socketPath: address.socketPath, signal })
  const { host, port, certificates } = address
  if (certificates === undefined) return httpRequest({ ...options, host, port, signal })
  const file = (name: string): Buffer => readFileSync(join(certificates, name))
  return httpsRequest({
    ...options,
    host,
    port,
    signal,
    ca: file('ca.pem'),
    cert: file('cert.pem'),
    key: file('key.pem'),
  })
}

function isBrokenPipe(error: unknown): boolean {
  return ['EPIPE', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '')
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response) {
    text += chunk
    if (text.length > MAX_ANSWER_BYTES) break
  }
  return text
}

/** The engine answers 200 before it has looked at the archive; what it finds wrong comes as one of the JSON lines. */
function complaintOf(status: number, text: string): string | undefined {
  for (const line of text.split('\n')) {
    const message = parsed(line)
    const complaint = message?.['error'] ?? (status >= 400 ? message?.['message'] : undefined)
    if (typeof complaint === 'string') return complaint.trim()
  }
  return status === 200 ? undefined : `it answered with status ${status}`
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}
