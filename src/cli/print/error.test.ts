import { describe, expect, it } from 'vitest'
import { TareError } from '../../base/error.ts'
import { renderError } from './error.ts'

const FILE = { name: 'Dockerfile', lines: ['FROM alpine', 'RUM echo hi', ''] }
const ERROR = new TareError('DOCKERFILE_UNKNOWN_INSTRUCTION', 'unknown instruction: RUM', {
  at: { file: FILE, range: { startLine: 2, endLine: 2, startColumn: 1, endColumn: 4 } },
  hint: 'did you mean RUN?',
  facts: { instruction: 'RUM' },
  cause: new Error('inner', { cause: new Error('innermost') }),
})

describe('renderError', () => {
  it('shows excerpt, message and hint', () => {
    expect(renderError(ERROR, { solving: true })).toBe(`Dockerfile:2
--------------------
   1 |     FROM alpine
   2 | >>> RUM echo hi
     |     ^^^
   3 |     
--------------------
ERROR: failed to solve: unknown instruction: RUM
hint: did you mean RUN?
`)
  })

  it('is one line when there is no more to say', () => {
    expect(renderError(new TareError('X', 'opening store: it is gone'))).toBe('ERROR: opening store: it is gone\n')
  })

  it('gives all facts as JSON on one line', () => {
    const text = renderError(ERROR, { json: true })
    expect(text.endsWith('}\n')).toBe(true)
    expect(text.trimEnd()).not.toContain('\n')
    expect(JSON.parse(text)).toEqual({
      version: 1,
      error: {
        code: 'DOCKERFILE_UNKNOWN_INSTRUCTION',
        message: 'unknown instruction: RUM',
        hint: 'did you mean RUN?',
        file: 'Dockerfile',
        line: 2,
        endLine: 2,
        column: 1,
        endColumn: 4,
        facts: { instruction: 'RUM' },
        causes: ['inner', 'innermost'],
      },
    })
  })

  it('names what is a fault of its own, with the stack', () => {
    expect(renderError(new TypeError('x is not a function'))).toMatch(
      /^ERROR: internal error: x is not a function\n +at .*error\.test\.ts/,
    )
    expect(renderError('text')).toBe('ERROR: internal error: text\n')
    expect(JSON.parse(renderError(new RangeError('r'), { json: true })).error).toEqual({
      code: 'INTERNAL',
      message: 'r',
    })
  })

  it('lets nothing from outside reach the terminal', () => {
    const error = new TareError('X', 'reading \u001b[2J\u0000x: no', { hint: 'try \u009b1A' })
    expect(renderError(error)).toBe('ERROR: reading \\x1b[2J\\x00x: no\nhint: try \\x9b1A\n')
  })

  it('writes facts that JSON has no form for', () => {
    const circular: Record<string, unknown> = { big: 12n }
    circular['self'] = circular
    const error = new TareError('X', 'm', { facts: circular })
    expect(JSON.parse(renderError(error, { json: true })).error.code).toBe('X')
  })
})
