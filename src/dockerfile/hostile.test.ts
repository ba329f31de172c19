import { describe, expect, it } from 'vitest'
import { isTareError } from '../base/error.ts'
import { expandWord, matchPattern, parseDockerfile, parseIgnore } from './index.ts'

const MEGABYTE = 1 << 20

/** Repeats `piece` up to a megabyte. */
function megabyteOf(piece: string): string {
  return piece.repeat(Math.ceil(MEGABYTE / piece.length))
}

const INPUTS: [string, () => unknown][] = [
  ['one line', () => parseDockerfile(`FROM a\nRUN ${megabyteOf('a')}`)],
  ['one instruction of many lines', () => parseDockerfile(`FROM a\nRUN ${megabyteOf(`${'a '.repeat(500)}\\\n`)}`)],
  ['blank lines and comments in a continuation', () => parseDockerfile(`FROM a\nRUN \\\n${megabyteOf('\n#\n')}a`)],
  ['assignments', () => parseDockerfile(`FROM a\nENV ${megabyteOf(`${'a=b '.repeat(250)}\\\n`)}`)],
  ['flags', () => parseDockerfile(`FROM a\nCOPY ${megabyteOf(`${'--exclude=x '.repeat(100)}\\\n`)} a b`)],
  ['nested brackets', () => parseDockerfile(`FROM a\nRUN ${megabyteOf(`${'['.repeat(1000)}\\\n`)}`)],
  ['a JSON array', () => parseDockerfile(`FROM a\nRUN ["a"${megabyteOf(`${',"b"'.repeat(250)}\\\n`)}]`)],
  ['ONBUILD in ONBUILD', () => parseDockerfile(`FROM a\n${megabyteOf(`${'ONBUILD '.repeat(100)}\\\n`)}`)],
  ['heredocs', () => parseDockerfile(`FROM a\n${megabyteOf('COPY <<E /a\nb\nE\n')}`)],
  ['heredocs on one line', () => parseDockerfile(manyHeredocs())],
  ['heredocs that never end', () => parseDockerfile(`FROM a\nRUN ${'<<E '.repeat(1000)}\n${megabyteOf('x\n')}`)],
  ['white space', () => parseDockerfile(`FROM a\n${megabyteOf(`${' '.repeat(60_000)}\n`)}`)],
  ['an unknown instruction', () => parseDockerfile(`FROM a\n${'Q'.repeat(60_000)}`)],
  ['nested substitutions', () => expandWord(megabyteOf('${a:-'), () => undefined)],
  ['variables', () => expandWord(megabyteOf('$a'), () => 'b')],
  ['quotes', () => expandWord(megabyteOf('"a"\'b\''), () => undefined)],
  ['ignore patterns', () => parseIgnore(megabyteOf('**/*a*\n')).matches('a/b/c')],
  ['stars', () => matchPattern('*a'.repeat(1000), 'a'.repeat(4000))],
  ['a long wildcard', () => matchPattern(megabyteOf('*?'), 'a'.repeat(1000))],
]

function manyHeredocs(): string {
  const names = Array.from({ length: 20_000 }, (_, i) => `E${i}`)
  const words = names.map((name, i) => `<<${name}${i % 100 === 99 ? ' \\\n' : ''}`).join(' ')
  return `FROM a\nCOPY ${words} /x\n${names.map(name => `${name}\n`).join('')}`
}

describe('a megabyte of anything is answered or refused in time', () => {
  it.each(INPUTS)('%s', (_, parse) => {
    const start = performance.now()
    try {
      parse()
    } catch (error) {
      if (!isTareError(error)) throw error
    }
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
