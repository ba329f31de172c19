import { describe, expect, it } from 'vitest'
import { isTareError } from '../base/error.ts'
import {
  compileIgnore,
  expandWord,
  expandWords,
  formatAst,
  matchPattern,
  parseAst,
  parseDockerfile,
  parseIgnore,
} from './index.ts'

/** TARE_FUZZ_RUNS lengthens the run; TARE_FUZZ_SEED starts it at a seed that failed. */
const runs = Number(process.env['TARE_FUZZ_RUNS'] ?? '2000')
const firstSeed = Number(process.env['TARE_FUZZ_SEED'] ?? '1')

/** mulberry32: small, seeded, good enough to pick fragments. */
function random(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below)
  }
}

const KEYWORDS =
  'FROM RUN COPY ADD ENV ARG LABEL CMD ENTRYPOINT ONBUILD HEALTHCHECK SHELL VOLUME EXPOSE USER WORKDIR STOPSIGNAL MAINTAINER from FOO'
const PIECES = [
  ...KEYWORDS.split(' '),
  ...[
    '\n',
    '\n',
    '\n',
    '\r\n',
    ' ',
    ' ',
    '\t',
    '\\',
    '\\\n',
    '`',
    '"',
    "'",
    '#',
    '# escape=`\n',
    '# syntax=docker/dockerfile:1\n',
  ],
  ...[
    '--from=',
    '--mount=type=cache,target=/x',
    '--chown',
    '--link',
    '--',
    '--interval=',
    '5s',
    'NONE',
    'scratch',
    ' AS ',
    'a',
    'b=c',
    '=',
  ],
  ...[
    '<<EOF',
    '<<-"E"',
    '<< E',
    'EOF\n',
    'E\n',
    '<',
    '[',
    ']',
    '["a", "b"]',
    '[1]',
    '\\u0041',
    '\\ud800',
    ',',
    '{',
    '}',
    ':',
  ],
  ...[
    '$',
    '${',
    '${a}',
    '${a:-',
    '${a##',
    '${a%',
    '${a//',
    '/',
    '*',
    '**',
    '?',
    '[^a-z]',
    '!',
    '../',
    './',
    '\u00e9',
    '\u{1f600}',
    '\udcff',
    '\u0000',
    '\ufeff',
  ],
]

function textOf(pick: (below: number) => number): string {
  let text = pick(3) === 0 ? '' : 'FROM a\n'
  for (let n = pick(60); n > 0; n--) text += PIECES[pick(PIECES.length)]
  return text
}

/** Runs `action` on random texts; only a TareError may come out of it. */
function fuzz(action: (text: string, pick: (below: number) => number) => void): void {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const pick = random(seed)
    const text = textOf(pick)
    try {
      action(text, pick)
    } catch (error) {
      if (!isTareError(error)) throw new Error(`seed ${seed}, text ${JSON.stringify(text)}`, { cause: error })
    }
  }
}

describe('hostile input gives an answer or a TareError', () => {
  it('Dockerfiles, whose faults all point into the text', () => {
    fuzz(text => {
      try {
        parseDockerfile(text)
      } catch (error) {
        if (!isTareError(error)) throw error
        const at = error.at
        if (!at) throw new Error(`no place: ${error.message}`)
        expect(at.range.startLine).toBeGreaterThanOrEqual(1)
        expect(at.range.endLine).toBeLessThanOrEqual(at.file.lines.length)
        expect(at.range.endLine).toBeGreaterThanOrEqual(at.range.startLine)
      }
    })
  })

  it('trees, whose words stand where they say', () => {
    fuzz(text => {
      const ast = parseAst(text)
      formatAst(ast)
      for (const { keyword } of ast.nodes) {
        const { startLine, endLine, startColumn = 1, endColumn = 1 } = keyword.range
        if (startLine !== endLine) continue
        expect(ast.file.lines[startLine - 1]?.slice(startColumn - 1, endColumn - 1)).toBe(keyword.value)
      }
    })
  })

  it('words', () => {
    const env = (name: string): string | undefined => (name === 'a' ? 'x*y/z \n' : undefined)
    fuzz((text, pick) => {
      const options = { escape: pick(2) ? '\\' : '`', skipQuotes: pick(2) === 0, rawQuotes: pick(2) === 0 } as const
      expandWord(text, env, options)
      expandWords(text, env, { ...options, keepUnset: true, rawEscapes: true })
    })
  })

  it('ignore files and wildcards', () => {
    fuzz((text, pick) => {
      const matcher = parseIgnore(text)
      for (const path of ['a', 'a/b', 'a/b/E', '.', '/', textOf(pick)]) {
        matcher.matches(path)
        matcher.mayHoldExceptions(path)
      }
      compileIgnore([text]).matches('a/b')
      matchPattern(text, 'a')
    })
  })
})
