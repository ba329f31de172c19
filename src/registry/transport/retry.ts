import { setTimeout as sleep } from 'node:timers/promises'

export interface RetryPolicy {
  /** How often a request is repeated after its first attempt. */
  readonly retries: number
  /** The first pause in milliseconds; it doubles each time, and the actual pause is a random part of it. */
  readonly backoffMs: number
}

const MAX_PAUSE_MS = 10_000
/** A registry that asks for a longer pause has to be answered with an error, not with a standstill. */
const MAX_RETRY_AFTER_MS = 60_000

const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504])
const PASSING_ERRORS = new Set([
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

export function isPassingStatus(status: number): boolean {
  return PASSING_STATUSES.has(status)
}

/** Whether an error of the connection may be gone at the next attempt. A refused connection or an unknown host is not. */
export function isPassingError(error: unknown): boolean {
  for (let e = error, depth = 0; e instanceof Error && depth < 4; e = e.cause, depth++) {
    if (PASSING_ERRORS.has(String((e as { code?: unknown }).code))) return true
  }
  return false
}

/** Milliseconds to wait before attempt `attempt` (from 1), undefined when the registry asks for too long a pause. */
export function pauseBefore(attempt: number, policy: RetryPolicy, retryAfter?: string): number | undefined {
  const asked = parseRetryAfter(retryAfter)
  if (asked !== undefined) return asked <= MAX_RETRY_AFTER_MS ? asked : undefined
  return Math.random() * Math.min(MAX_PAUSE_MS, policy.backoffMs * 2 ** (attempt - 1))
}

export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal })
}

/** RFC 9110 10.2.3: seconds, or a date. */
function parseRetryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
