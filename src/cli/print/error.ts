import { isTareError, messageOf } from '../../base/error.ts'
import { formatExcerpt, printable } from '../../base/source.ts'

export interface RenderErrorOptions {
  /** One JSON object on one line instead of text. */
  readonly json?: boolean | undefined
  /** A build failed: the message reads `failed to solve: ...`, as with docker. */
  readonly solving?: boolean | undefined
}

/** Version of the JSON form. */
const JSON_VERSION = 1

/**
 * Any error as users see it, ending in a line feed: the excerpt it points into, `ERROR: <message>` and the hint; or, as
 * JSON, `{version, error: {code, message, hint?, file?, line?, endLine?, column?, endColumn?, facts?, causes?}}`. An
 * error that is not a TareError is a fault of Tare's own and comes with its stack.
 */
export function renderError(error: unknown, options: RenderErrorOptions = {}): string {
  return options.json
    ? `${errorJson(error)}
`
    : errorText(error, options)
}

/** Facts are whatever a room put there: what JSON has no form for is left out rather than lose the error. */
function errorJson(error: unknown): string {
  const value = errorValue(error)
  try {
    return JSON.stringify({ version: JSON_VERSION, error: value }, (_, item) =>
      typeof item === 'bigint' ? String(item) : item,
    )
  } catch {
    return JSON.stringify({ version: JSON_VERSION, error: { ...value, facts: undefined } })
  }
}

function errorText(error: unknown, { solving }: RenderErrorOptions): string {
  const lines: string[] = []
  if (isTareError(error) && error.at) lines.push(formatExcerpt(error.at.file, error.at.range))
  lines.push(`ERROR: ${solving ? 'failed to solve: ' : ''}${messageText(error)}`)
  if (isTareError(error) && error.hint) lines.push(`hint: ${printableLines(error.hint)}`)
  if (!isTareError(error) && error instanceof Error && error.stack) lines.push(printableLines(stackOf(error)))
  return `${lines.join('\n')}\n`
}

function messageText(error: unknown): string {
  const message = messageOf(error)
  return printableLines(isTareError(error) ? message : `internal error: ${message}`)
}

/** The stack without its first line, which is the message. */
function stackOf(error: Error): string {
  const lines = (error.stack ?? '').split('\n')
  return lines.filter(line => /^\s+at /.test(line)).join('\n')
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

function errorValue(error: unknown): Readonly<Record<string, unknown>> {
  if (!isTareError(error)) return { code: 'INTERNAL', message: messageOf(error), causes: causesOf(error) }
  const { at } = error
  return {
    code: error.code,
    message: error.message,
    hint: error.hint,
    file: at?.file.name,
    line: at?.range.startLine,
    endLine: at?.range.endLine,
    column: at?.range.startColumn,
    endColumn: at?.range.endColumn,
    facts: Object.keys(error.facts).length > 0 ? error.facts : undefined,
    causes: causesOf(error),
  }
}

/** The messages of what led to it, the nearest first. */
function causesOf(error: unknown): string[] | undefined {
  const causes: string[] = []
  for (let cause = nextCause(error); cause !== undefined && causes.length < 10; cause = nextCause(cause))
    causes.push(messageOf(cause))
  return causes.length > 0 ? causes : undefined
}

function nextCause(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
