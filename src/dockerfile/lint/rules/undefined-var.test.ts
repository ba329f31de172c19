import { describe, expect, it } from 'vitest'
import { markedBy, messagesOf } from '../lint.fixture.ts'
import { undefinedVar } from './undefined-var.ts'

describe('UndefinedVar', () => {
  it.each([
    ['FROM a\nCOPY $foo $foo /', ["2: Usage of undefined variable '$foo'"]],
    ['FROM a\nENV PATH=$PAHT:/x', ["2: Usage of undefined variable '$PAHT' (did you mean $PATH?)"]],
    ['FROM a\nENV x=1 y=$x', ["2: Usage of undefined variable '$x'"]],
    ['FROM a\nARG x=$y y=$x', ["2: Usage of undefined variable '$y'"]],
    ['FROM a\nARG foo\nCOPY $foo /', []],
    ['ARG foo=1\nFROM a\nCOPY $foo /', ["3: Usage of undefined variable '$foo'"]],
    ['FROM a AS b\nARG foo\nFROM b\nCOPY $foo /', []],
    ['FROM a\nRUN $foo\nEXPOSE $foo\nCMD $foo\nONBUILD COPY $foo /', []],
    ['FROM a AS b\nONBUILD COPY $foo /\nFROM b', ["3: Usage of undefined variable '$foo'"]],
    ['FROM a\nCOPY <<EOF /x\n"$foo"\nEOF', ["2: Usage of undefined variable '$foo'"]],
    ['FROM a\nRUN --mount=type=cache,target=/$foo x', ["2: Usage of undefined variable '$foo'"]],
    ['FROM a\nENV x=${foo', []],
  ])('%j', (text, expected) => {
    expect(messagesOf(undefinedVar, text)).toEqual(expected)
  })

  it('looks at what the target needs when there is one', () => {
    const dockerfile = 'FROM a AS b\nCOPY $foo /\nFROM a AS c\nCOPY --from=B $bar /\nFROM a\nCOPY $baz /\n'
    const lines = (more: object): (string | undefined)[] =>
      messagesOf(undefinedVar, { dockerfile, ...more }).map(each => each[0])
    expect(lines({})).toEqual(['2', '4', '6'])
    expect(lines({ target: 'c' })).toEqual(['2', '4'])
    expect(messagesOf(undefinedVar, dockerfile, { onlyReachable: true }).map(each => each[0])).toEqual(['6'])
  })

  it('knows what base images set', () => {
    const python = {
      platform: undefined,
      environment: new Map([['PYTHON_VERSION', '3']]),
      shell: undefined,
      triggers: [],
    }
    const text = 'FROM python\nENV x=$PYTHON_VERSION y=$OTHER_NAME'
    const baseImages = new Map([['python', python]])
    expect(messagesOf(undefinedVar, text, { baseImages })).toEqual(["2: Usage of undefined variable '$OTHER_NAME'"])
  })

  it('takes a name in capitals for one of an unknown base image, unless the file knows it', () => {
    const text = 'ARG VERSION\nFROM unknown\nENV a=$JAVA_HOME b=$PAHT c=$VERSION d=$lower'
    const baseImages = new Map()
    expect(messagesOf(undefinedVar, text, { baseImages })).toEqual([
      "3: Usage of undefined variable '$PAHT' (did you mean $PATH?)",
      "3: Usage of undefined variable '$VERSION'",
      "3: Usage of undefined variable '$lower'",
    ])
  })

  it('points at the variable when it stands on the first line', () => {
    expect(markedBy(undefinedVar, 'FROM a\nCOPY $foo$fo ${f:-x} \\\n $o /')).toEqual([undefined, '$foo', '$fo', '${f'])
  })
})
