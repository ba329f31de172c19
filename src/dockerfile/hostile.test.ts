import { describe, expect, it } from 'vitest'
import { isTareError } from '../base/error.ts'
import {
  checkDockerfile,
  expandWord,
  formatAst,
  matchPattern,
  parseAst,
  parseDockerfile,
  parseIgnore,
} from './index.ts'
import { lintInput } from './lint/lint.fixture.ts'

/** A quarter of a megabyte; a whole one with TARE_LONG=1. */
const SIZE = process.env['TARE_LONG'] === '1' ? 1 << 20 : 1 << 18
/** A text this many times as long may take this many times as long; with a square in it, it would be 16. */
const SHARE = 4
const GROWTH = 10
/** Milliseconds below which no growth is measured: a pause of the machine would count more than the work. */
const NOTHING = 100

type Work = (repeat: (piece: string) => string, part: number) => unknown

const INPUTS: readonly (readonly [string, Work])[] = [
  ['one line', repeat => parseDockerfile(`FROM a\nRUN ${repeat('a')}`)],
  ['one instruction of many lines', repeat => parseDockerfile(`FROM a\nRUN ${repeat(`${'a '.repeat(500)}\\\n`)}`)],
  ['blank lines and comments in a continuation', repeat => parseDockerfile(`FROM a\nRUN \\\n${repeat('\n#\n')}a`)],
  ['comments', repeat => parseDockerfile(`${repeat('# a\n')}FROM a`)],
  ['assignments', repeat => parseDockerfile(`FROM a\nENV ${repeat(`${'a=b '.repeat(250)}\\\n`)}`)],
  ['flags', repeat => parseDockerfile(`FROM a\nCOPY ${repeat(`${'--exclude=x '.repeat(100)}\\\n`)} a b`)],
  ['nested brackets', repeat => parseDockerfile(`FROM a\nRUN ${repeat(`${'['.repeat(1000)}\\\n`)}`)],
  ['a JSON array', repeat => parseDockerfile(`FROM a\nRUN ["a"${repeat(`${',"b"'.repeat(250)}\\\n`)}]`)],
  ['ONBUILD in ONBUILD', repeat => parseDockerfile(`FROM a\n${repeat(`${'ONBUILD '.repeat(100)}\\\n`)}`)],
  ['heredocs', repeat => parseDockerfile(`FROM a\n${repeat('COPY <<E /a\nb\nE\n')}`)],
  ['heredocs on one line', (_, part) => parseDockerfile(manyHeredocs(SIZE / 50 / part))],
  ['heredocs that never end', repeat => parseDockerfile(`FROM a\nRUN ${'<<E '.repeat(1000)}\n${repeat('x\n')}`)],
  ['white space', repeat => parseDockerfile(`FROM a\n${repeat(`${' '.repeat(60_000)}\n`)}`)],
  ['white space in a directive', repeat => parseDockerfile(`#check=a${repeat(' ')}b\nFROM a`)],
  ['stages', repeat => parseDockerfile(repeat('FROM a AS b\nCOPY --from=b c d\n'))],
  ['an unknown instruction', repeat => parseDockerfile(`FROM a\n${repeat('Q')}`)],
  ['a tree as text', repeat => formatAst(parseAst(`FROM a\n${repeat('RUN a "b"\n')}`))],
  ['checks of stages', repeat => checkDockerfile(lintInput(repeat('FROM a AS b\nCOPY --from=b c d\n')))],
  ['checks of steps', repeat => checkDockerfile(lintInput(`FROM a\n${repeat('RUN apt-get install -y a && b\n')}`))],
  ['checks of variables', repeat => checkDockerfile(lintInput(`FROM a\n${repeat('ARG a=$b\nENV c=$a\n')}`))],
  ['nested substitutions', repeat => expandWord(repeat('${a:-'), () => undefined)],
  ['variables', repeat => expandWord(repeat('$a'), () => 'b')],
  ['quotes', repeat => expandWord(repeat('"a"\'b\''), () => undefined)],
  ['replacements', repeat => expandWord('${v//a/bb}', () => repeat('ab'))],
  ['ignore patterns', repeat => parseIgnore(repeat('**/*a*\n')).matches('a/b/c')],
  ['stars', (_, part) => matchPattern('*a'.repeat(1000), 'a'.repeat(16_000 / part))],
  ['a long wildcard', repeat => matchPattern(repeat('*?'), 'a'.repeat(1000))],
]

function manyHeredocs(count: number): string {
  const names = Array.from({ length: count }, (_, i) => `E${i}`)
  const words = names.map((name, i) => `<<${name}${i % 100 === 99 ? ' \\\n' : ''}`).join(' ')
  return `FROM a\nCOPY ${words} /x\n${names.map(name => `${name}\n`).join('')}`
}

function millisecondsOf(work: Work, part: number): number {
  return timeOf(() => work(piece => piece.repeat(Math.ceil(SIZE / part / piece.length)), part))
}

/** How much longer the whole takes than a part, 0 when it takes nothing to speak of. The least of three tries counts. */
function growthOf(work: Work): number {
  let least = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 3 && least >= GROWTH; tries++) {
    const whole = millisecondsOf(work, 1)
    least = Math.min(least, whole < NOTHING ? 0 : whole / millisecondsOf(work, SHARE))
  }
  return least
}

function timeOf(action: () => unknown): number {
  const start = performance.now()
  try {
    action()
  } catch (error) {
    if (!isTareError(error)) throw error
  }
  return performance.now() - start
}

describe('hostile text is answered or refused in time that grows with it, and not with its square', () => {
  it.each(INPUTS)('%s', (_, work) => {
    expect(growthOf(work)).toBeLessThan(GROWTH)
  })
})
