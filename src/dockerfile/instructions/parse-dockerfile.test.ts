import { describe, expect, it } from 'vitest'
import { isTareError, type TareError } from '../../base/error.ts'
import { parseDockerfile } from './parse-dockerfile.ts'

function fail(text: string | Uint8Array): TareError {
  try {
    parseDockerfile(text)
  } catch (error) {
    if (isTareError(error)) return error
    throw error
  }
  throw new Error('no error')
}

/** Text, code, line (and columns of the word at fault), the sentence after `dockerfile parse error on line N: `. */
const FAULTS: [string, string, number, [number, number] | undefined, string][] = [
  ['', 'dockerfile-empty', 1, undefined, 'the Dockerfile cannot be empty'],
  ['# only\n# comments\n', 'dockerfile-empty', 2, undefined, 'file with no instructions'],
  ['ARG a\n', 'dockerfile-empty', 1, undefined, 'dockerfile contains no stages to build'],
  ['FRM alpine', 'dockerfile-unknown-instruction', 1, [1, 4], 'unknown instruction: FRM (did you mean FROM?)'],
  ['FROM a\n\n  rnu x', 'dockerfile-unknown-instruction', 3, [3, 6], 'unknown instruction: rnu (did you mean RUN?)'],
  ['FROM a\nxyzzyplugh', 'dockerfile-unknown-instruction', 2, [1, 11], 'unknown instruction: xyzzyplugh'],
  ['FROM a\n\\\n', 'dockerfile-unknown-instruction', 2, [1, 1], 'unknown instruction: '],
  ['RUN x', 'dockerfile-no-stage', 1, undefined, 'no build stage in current context'],
  ['FROM', 'dockerfile-arguments', 1, undefined, 'FROM requires either one or three arguments'],
  ['FROM a b', 'dockerfile-arguments', 1, undefined, 'FROM requires either one or three arguments'],
  ['FROM a in b', 'dockerfile-arguments', 1, undefined, 'FROM requires either one or three arguments'],
  [
    'FROM a AS 1st',
    'dockerfile-stage-name',
    1,
    [11, 14],
    'invalid name for build stage: "1st", name can\'t start with a number or contain symbols',
  ],
  ['FROM --platfrm=x a', 'dockerfile-unknown-flag', 1, [6, 17], 'unknown flag: --platfrm (did you mean --platform?)'],
  ['FROM --platform a', 'dockerfile-flag', 1, [6, 16], 'missing a value on flag: --platform'],
  ['FROM a\nCOPY --link= a b', 'dockerfile-flag', 2, [6, 13], 'missing a value on flag: --link'],
  ['FROM a\nCOPY --link=yes a b', 'dockerfile-flag', 2, [6, 16], 'expecting boolean value for flag --link, not: yes'],
  ['FROM a\nCOPY --link --link a b', 'dockerfile-flag', 2, [13, 19], 'duplicate flag specified: --link'],
  ['FROM a\nADD --from=x a b', 'dockerfile-unknown-flag', 2, [5, 13], 'unknown flag: --from'],
  [
    'FROM a\nCOPY --from=$x a b',
    'dockerfile-flag',
    2,
    [6, 15],
    'variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround',
  ],
  ['FROM a\nCOPY --constructor=x a b', 'dockerfile-unknown-flag', 2, [6, 21], 'unknown flag: --constructor'],
  [
    'FROM a\nCOPY b',
    'dockerfile-arguments',
    2,
    undefined,
    'COPY requires at least two arguments, but only one was provided. Destination could not be determined',
  ],
  ['FROM a\nCOPY b <<E\nE', 'dockerfile-arguments', 2, [8, 11], 'COPY cannot accept a heredoc as a destination'],
  ['FROM a\nENV x', 'dockerfile-arguments', 2, [5, 6], 'ENV must have two arguments'],
  ['FROM a\nENV =x', 'dockerfile-arguments', 2, [5, 5], 'ENV names can not be blank'],
  [
    'FROM a\nENV a=b \\\n  c d',
    'dockerfile-arguments',
    3,
    [3, 4],
    'Syntax error - can\'t find = in "c". Must be of the form: name=value',
  ],
  ['FROM a\nARG =x', 'dockerfile-arguments', 2, [5, 7], 'ARG names can not be blank'],
  ['FROM a\nARG', 'dockerfile-arguments', 2, undefined, 'ARG requires at least one argument'],
  ['FROM a\nUSER', 'dockerfile-arguments', 2, undefined, 'USER requires exactly one argument'],
  ['FROM a\nVOLUME [""]', 'dockerfile-arguments', 2, [9, 11], 'VOLUME specified can not be an empty string'],
  [
    'FROM a\nCMD ["a", 1]',
    'dockerfile-arguments',
    2,
    [5, 13],
    'when using JSON array syntax, arrays must be comprised of strings only',
  ],
  ['FROM a\nSHELL bash -c', 'dockerfile-arguments', 2, undefined, 'SHELL requires the arguments to be in JSON form'],
  ['FROM a\nSHELL []', 'dockerfile-arguments', 2, undefined, 'SHELL requires at least one argument'],
  ['FROM a\nRUN --network=lan x', 'dockerfile-flag', 2, [5, 18], 'invalid network mode: "lan"'],
  ['FROM a\nRUN --security=no x', 'dockerfile-flag', 2, [5, 18], 'invalid security mode: "no"'],
  [
    'FROM a\nRUN --device=x y',
    'dockerfile-unsupported',
    2,
    [5, 15],
    'RUN --device is not supported: no device is handed to a build',
  ],
  [
    'FROM a\nRUN --mount=from=$x y',
    'dockerfile-flag',
    2,
    [5, 20],
    "'from' doesn't support variable expansion, define alias stage instead",
  ],
  ["FROM a\nRUN --mount='\"a' y", 'dockerfile-flag', 2, [5, 17], '--mount: expected key=value fields between commas'],
  ['FROM a\nONBUILD', 'dockerfile-arguments', 2, undefined, 'ONBUILD requires at least one argument'],
  ['FROM a\nONBUILD FROM b', 'dockerfile-arguments', 2, [9, 13], "FROM isn't allowed as an ONBUILD trigger"],
  [
    'FROM a\nonbuild onbuild run b',
    'dockerfile-arguments',
    2,
    [9, 16],
    "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
  ],
  ['FROM a\nONBUILD ENV b', 'dockerfile-arguments', 2, [13, 14], 'ENV must have two arguments'],
  ['FROM a\nHEALTHCHECK NONE x', 'dockerfile-arguments', 2, undefined, 'HEALTHCHECK NONE takes no arguments'],
  ['FROM a\nHEALTHCHECK CMD', 'dockerfile-arguments', 2, undefined, 'Missing command after HEALTHCHECK CMD'],
  ['FROM a\nHEALTHCHECK TCP 1', 'dockerfile-arguments', 2, [13, 16], 'Unknown type "TCP" in HEALTHCHECK (try CMD)'],
  [
    'FROM a\nHEALTHCHECK --timeout=5 CMD x',
    'dockerfile-flag',
    2,
    [13, 24],
    '--timeout: missing unit in duration "5" (write 5s for seconds)',
  ],
  [
    'FROM a\nHEALTHCHECK --interval=1us CMD x',
    'dockerfile-flag',
    2,
    [13, 27],
    'Interval "interval" cannot be less than 1ms',
  ],
  ['FROM a\nHEALTHCHECK --retries=-1 CMD x', 'dockerfile-flag', 2, [13, 25], '--retries cannot be negative (-1)'],
  [
    'FROM a\nHEALTHCHECK --retries=x CMD x',
    'dockerfile-flag',
    2,
    [13, 24],
    '--retries: expected a whole number, got "x"',
  ],
  ['FROM a\nRUN <<E\nx\n', 'dockerfile-heredoc', 2, undefined, 'unterminated heredoc <<E'],
  ['# escape=x\nFROM a', 'dockerfile-directive', 1, undefined, "invalid escape token 'x' does not match ` or \\"],
  [
    '# escape=`\n# Escape=`\nFROM a',
    'dockerfile-directive',
    2,
    undefined,
    'only one escape parser directive can be used',
  ],
  [
    '#!/x\n# syntax=my/frontend:1 x\nFROM a',
    'dockerfile-frontend',
    2,
    undefined,
    'unsupported frontend "my/frontend:1"',
  ],
  ['{"syntax": "mine"}', 'dockerfile-frontend', 1, undefined, 'unsupported frontend "mine"'],
  [
    `FROM a\nRUN ${'x'.repeat(65_532)}`,
    'dockerfile-line-too-long',
    2,
    undefined,
    'dockerfile line greater than max allowed size of 65535',
  ],
]

describe('faults', () => {
  it.each(FAULTS)('%j', (text, code, line, columns, sentence) => {
    const error = fail(text)
    expect(error.message).toBe(`dockerfile parse error on line ${line}: ${sentence}`)
    expect(error.code).toBe(code)
    const range = error.at?.range
    expect(range?.startLine).toBe(line)
    expect(range?.startColumn === undefined ? undefined : [range.startColumn, range.endColumn]).toEqual(columns)
  })

  it('reports the uppermost of two, though the lower one is the graver', () => {
    expect(fail('FROM a\nFOO x\nRUN <<E\n').message).toContain('line 2: unknown instruction: FOO')
  })
  it('points at the whole instruction when no single word is at fault', () => {
    expect(fail('FROM a\nCOPY --link \\\n # x\n b').at?.range).toEqual({ startLine: 2, endLine: 4 })
  })
  it('counts the bytes of a line, not its characters', () => {
    expect(fail(`FROM a\nRUN ${'\u00e9'.repeat(32_766)}`).code).toBe('dockerfile-line-too-long')
    expect(parseDockerfile(`FROM a\nRUN ${'\u00e9'.repeat(32_765)}`).stages.length).toBe(1)
  })
  it('shows control characters of the text as text', () => {
    expect(fail('FROM a\nF\u001b[31m x').message).toContain('F\\x1b[31m')
  })
})

describe('frontends', () => {
  const accepted =
    'docker/dockerfile docker/dockerfile:1 docker/dockerfile:1.20-labs docker.io/docker/dockerfile:1 docker/dockerfile-upstream:master docker/dockerfile:1@sha256:0'
  it.each(accepted.split(' '))('%s is Docker\u2019s', frontend => {
    const { syntax } = parseDockerfile(`# syntax=${frontend}\nFROM a`)
    expect(syntax?.value).toBe(frontend)
  })
  it.each('docker/dockerfile2 my/docker/dockerfile docker.io/dockerfile example/dockerfile-upstream'.split(' '))(
    '%s is not',
    frontend => {
      expect(fail(`# syntax=${frontend}\nFROM a`).code).toBe('dockerfile-frontend')
    },
  )
})

describe('stages', () => {
  it('are split at FROM, names in lower case, ARGs before them apart', () => {
    const { metaArgs, stages } = parseDockerfile(
      'ARG v=1\nFROM a:$v AS Build\nRUN x\nfrom --platform=linux/arm64 build\ncopy --from=0 a b',
    )
    expect(metaArgs.map(arg => arg.args)).toEqual([[{ key: 'v', value: '1' }]])
    expect(
      stages.map(({ index, name, from, instructions }) => [
        index,
        name,
        from.image,
        from.platform,
        instructions.map(one => one.kind),
      ]),
    ).toEqual([
      [0, 'build', 'a:$v', undefined, ['run']],
      [1, undefined, 'build', 'linux/arm64', ['copy']],
    ])
  })
  it('know where the image stands', () => {
    expect(parseDockerfile('FROM --platform=x \\\n  a AS b').stages[0]?.from.imageRange).toEqual({
      startLine: 2,
      endLine: 2,
      startColumn: 3,
      endColumn: 4,
    })
  })
})

describe('texts', () => {
  it('may start with a byte-order mark and end their lines in CRLF', () => {
    const { stages, file } = parseDockerfile('\ufeffFROM a\r\nRUN x \\\r\n  y\r\nCOPY <<E /z\r\nq\r\nE\r\n')
    expect(file.lines).toEqual(['FROM a', 'RUN x \\', '  y', 'COPY <<E /z', 'q', 'E'])
    expect(stages[0]?.instructions.map(one => one.original)).toEqual(['RUN x   y', 'COPY <<E /z'])
    expect(stages[0]?.instructions[1]).toMatchObject({ heredocs: [{ content: 'q\r\n' }] })
  })
  it('keep bytes that are not UTF-8', () => {
    const { stages } = parseDockerfile(Buffer.from('FROM a\nCOPY b\xe9 /\xff', 'latin1'))
    expect(stages[0]?.instructions[0]).toMatchObject({ sources: ['b\udce9'], destination: '/\udcff' })
  })
})
