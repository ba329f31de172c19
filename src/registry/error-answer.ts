import type { TareError } from '../base/error.ts'
import { printable } from '../base/source.ts'
import { DEFAULT_DOMAIN } from '../oci/index.ts'
import { type RegistryErrorCode, registryError } from './errors.ts'
import type { HttpResponse } from './transport/http.ts'

const MAX_BODY_BYTES = 64 * 1024
const MAX_TEXT = 300

/** What was being done, for messages: `reference` as users see it. */
export interface Subject {
  readonly reference: string
  readonly repository: string
  readonly action: 'pull' | 'push'
  /** `manifest for alpine:nope`, `blob sha256:...`. */
  readonly thing: string
}

/** Turns an answer that is no success into an error; reads (at most 64 KiB of) its body. */
export async function errorOfAnswer(answer: HttpResponse, subject: Subject): Promise<TareError<RegistryErrorCode>> {
  const said = await readErrors(answer)
  const facts = { reference: subject.reference, host: answer.url.host, status: answer.status, said: said.text }
  const more = said.text === '' ? '' : `: ${said.text}`
  switch (answer.status) {
    case 401:
    case 403:
      return registryError(
        'REGISTRY_UNAUTHORIZED',
        `${subject.action} access denied for ${subject.repository}, repository does not exist or may require 'tare login'${more}`,
        { hint: `Log in with: ${loginCommand(subject)}`, facts },
      )
    case 404:
      return registryError('REGISTRY_NOT_FOUND', `${subject.thing} not found${more}`, { facts })
    case 429:
      return registryError('REGISTRY_TOO_MANY_REQUESTS', `too many requests to ${answer.url.host}${more}`, { facts })
    default:
      return registryError(
        codeOf(answer.status),
        `${describe(subject)}: ${answer.url.host} answered ${answer.status}${more}`,
        {
          facts,
        },
      )
  }
}

function loginCommand({ reference }: Subject): string {
  const server = reference.split('/', 1)[0]
  return server === DEFAULT_DOMAIN ? 'tare login' : `tare login ${server}`
}

function describe(subject: Subject): string {
  return `${subject.action}ing ${subject.thing}`
}

function codeOf(status: number): RegistryErrorCode {
  if (status >= 500) return 'REGISTRY_UNREACHABLE'
  return status >= 400 ? 'REGISTRY_REFUSED' : 'REGISTRY_BAD_ANSWER'
}

/** The spec's error list as one printable line: `code: message`. Anything else counts as saying nothing. */
async function readErrors(answer: HttpResponse): Promise<{ text: string }> {
  try {
    const body: unknown = JSON.parse(await readStart(answer))
    const errors = (body as { errors?: unknown } | null)?.errors
    const lines = Array.isArray(errors) ? errors.slice(0, 3).map(formatError).filter(Boolean) : []
    return { text: lines.join('; ').slice(0, MAX_TEXT) }
  } catch {
    await answer.discard()
    return { text: '' }
  }
}

async function readStart(answer: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_BODY_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

function formatError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { code, message } = error as { code?: unknown; message?: unknown }
  const word = typeof code === 'string' ? code.toLowerCase().replaceAll('_', ' ') : ''
  const text = typeof message === 'string' ? message : ''
  return printable(word !== '' && text !== '' && text !== word ? `${word}: ${text}` : text || word)
}
