import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../../instructions/parse-dockerfile.ts'
import { expandWord } from '../../shell/expand.ts'
import { mended, messagesOf } from '../lint.fixture.ts'
import { legacyKeyValueFormat } from './legacy-key-value-format.ts'

const message = (keyword: string): string =>
  `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`

describe('LegacyKeyValueFormat', () => {
  it.each([
    ['FROM a\nENV k v', [`2: ${message('ENV')}`]],
    ['FROM a\nlabel k v w', [`2: ${message('label')}`]],
    ['FROM a\nENV k=v\nLABEL "a b"=c', []],
    ['FROM a\nARG k v', []],
    ['FROM a AS b\nONBUILD ENV k v\nFROM b', [`3: ${message('ENV')}`]],
  ])('%j', (text, expected) => {
    expect(messagesOf(legacyKeyValueFormat, text)).toEqual(expected)
  })

  it.each([
    ['ENV k v', 'ENV k=v'],
    ['ENV k   /a/$b:${c}', 'ENV k=/a/$b:${c}'],
    ['ENV k a  b $c', 'ENV k="a  b $c"'],
    ['ENV k a=b', 'ENV k=a=b'],
    ['ENV k ${a:-b c}', 'ENV k="${a:-b c}"'],
    ['LABEL k.x *', 'LABEL k.x="*"'],
    ['ENV k \\\n  a \\\n# note\n  b', 'ENV k="a \\\n# note\n  b"'],
    ['ENV k a \\\r\n  b  ', 'ENV k="a \\\r\n  b"  '],
  ])('mends %j', (line, expected) => {
    const before = `FROM a\n${line}\n`
    const after = mended(legacyKeyValueFormat, before)
    expect(after).toBe(`FROM a\n${expected}\n`)
    expect(valuesOf(after)).toEqual(valuesOf(before))
  })

  it.each(['ENV k "a b"', "ENV k it's", 'ENV k a\\ b', 'ENV $k a', '# escape=`\nENV k a `b'])(
    'leaves %j to people',
    line => {
      const before = `FROM a\n${line}\n`
      expect(mended(legacyKeyValueFormat, before)).toBe(before)
    },
  )
})

/** The pairs with quotes taken off, a variable standing for itself. */
function valuesOf(text: string): (readonly [string, string])[] {
  const pairs = parseDockerfile(text).stages.flatMap(({ instructions }) =>
    instructions.flatMap(each => (each.kind === 'env' ? each.env : each.kind === 'label' ? each.labels : [])),
  )
  return pairs.map(({ key, value }) => [key, expandWord(value, name => `<${name}>`).value])
}
