import { describe, expect, it } from 'vitest'
import { formatAst } from './format-ast.ts'
import { parseAst } from './parse-ast.ts'

/** A text and its tree. */
const TREES: [string, string][] = [
  ['FROM a', '(from "a")\n'],
  ['  from\ta  # not a comment', '(from "a" "#" "not" "a" "comment")\n'],
  ['RUN a \\\n  # comment\n\n  b\\\nc', '(run "a   bc")\n'],
  ['RUN a \\ \t\n b', '(run "a  b")\n'],
  ['RUN a\\\\\nRUN b', '(run "a\\\\\\\\")\n(run "b")\n'],
  ['RUN a \\\\\\\n', '(run "a \\\\\\\\\\\\")\n'],
  ['RUN a \\', '(run "a")\n'],
  ['\\\nRUN a', '(run "a")\n'],
  ['RUN a \\\n \\\n b', '(run "a   b")\n'],
  ['# escape=`\nRUN a `\n b', '(run "a  b")\n'],
  ['\n# escape=`\nRUN a `', '(run "a `")\n'],
  ['# x\n# escape=`\nRUN a `', '(run "a `")\n'],
  ['#!/x\n# escape=`\nRUN a `', '(run "a `")\n'],
  ['# other=x\n# escape=`\nRUN a `', '(run "a `")\n'],
  ['  #   EsCaPe  =  `  \nRUN a `\nb', '(run "a b")\n'],
  ['#syntax=docker/dockerfile:1\n#escape=`\nRUN a `\nb', '(run "a b")\n'],
  ['COPY --a="b c" --d=\\e -- f g', '(copy ["--a=b c" "--d=e"] "f" "g")\n'],
  ["COPY --a='b", '(copy ["--a=b"])\n'],
  ['COPY -- --a b', '(copy "--a" "b")\n'],
  ['ONBUILD ONBUILD RUN a', '(onbuild (onbuild (run "a")))\n'],
  ['ONBUILD --x COPY --y a b', '(onbuild ["--x"] (copy ["--y"] "a" "b"))\n'],
  ['FOO a b', '(foo "")\n'],
  ['ENV a=b\\ c', '(env "a" "b\\\\ c" "=")\n'],
  ['ENV a="b c', '(env "a" "\\"b c" "=")\n'],
  ['ENV a   b ', '(env "a" "b" "")\n'],
  ["ARG a='b c' d", '(arg "a=\'b c\'" "d")\n'],
  ['RUN [ ]', '(run)\n'],
  ['RUN \u00a0["a"]', '(run "a")\n'],
  [`RUN ${'['.repeat(20_000)}${']'.repeat(20_000)}`, `(run "${'['.repeat(20_000)}${']'.repeat(20_000)}")\n`],
]

describe('trees', () => {
  it.each(TREES)('%j', (text, tree) => {
    expect(formatAst(parseAst(text))).toBe(tree)
  })
  it('quotes what does not print as Go does', () => {
    expect(formatAst(parseAst('RUN a\u0007\u007f\u00ad\u{e0001}\udcff\u00e9'))).toBe(
      '(run "a\\a\\x7f\\u00ad\\U000e0001\\xff\u00e9")\n',
    )
  })
})

describe('ranges', () => {
  it('lead from every word back to its place, across continuation lines', () => {
    const { nodes } = parseAst('FROM a\nCOPY --x=1 a \\\n  # c\n\n  bb \\\nc')
    const [, node] = nodes
    const places = [node?.keyword, ...(node?.flags ?? []), ...(node?.args ?? [])].map(word => [
      word?.value,
      word?.range.startLine,
      word?.range.startColumn,
      word?.range.endLine,
      word?.range.endColumn,
    ])
    expect(places).toEqual([
      ['COPY', 2, 1, 2, 5],
      ['--x=1', 2, 6, 2, 11],
      ['a', 2, 12, 2, 13],
      ['bb', 5, 3, 5, 5],
      ['c', 6, 1, 6, 2],
    ])
    expect(node?.range).toEqual({ startLine: 2, endLine: 6 })
  })
  it('cover words that go over a line end', () => {
    const word = parseAst('RUN ab\\\ncd').nodes[0]?.args[0]
    expect(word?.range).toEqual({ startLine: 1, startColumn: 5, endLine: 2, endColumn: 3 })
  })
  it('cover heredocs', () => {
    const node = parseAst('RUN <<A <<B\na\nA\nb\nb\nB\nRUN x').nodes[0]
    expect(node?.range).toEqual({ startLine: 1, endLine: 6 })
    expect(node?.heredocs.map(heredoc => heredoc.range)).toEqual([
      { startLine: 2, endLine: 3 },
      { startLine: 4, endLine: 6 },
    ])
  })
})

describe('heredocs', () => {
  const contents = (text: string): string[][] => parseAst(text).nodes.map(node => node.heredocs.map(one => one.content))
  it('keep comments, directives, continuations and blank lines of their content', () => {
    expect(contents('RUN <<E\n# c\n\n a \\\nE\nRUN x')).toEqual([['# c\n\n a \\\n'], []])
  })
  it('end at the end of a file without a last line end', () => {
    expect(contents('RUN <<E\na\nE')).toEqual([['a\n']])
  })
  it('are not looked for in other instructions, in JSON and in words', () => {
    expect(contents('USER <<E\nRUN ["<<E"]\nRUN cat<<E\nRUN "<<E"\nRUN a <<< b')).toEqual([[], [], [], [], []])
  })
  it('are not looked for in a line whose quotes do not match', () => {
    expect(contents("RUN it's <<E\nRUN x")).toEqual([[], []])
  })
  it('are found behind flags and in ONBUILD', () => {
    expect(contents('ONBUILD RUN --network=none <<E\na\nE')).toEqual([['a\n']])
  })
})

describe('warnings', () => {
  it('name the instruction with blank lines in it', () => {
    expect(parseAst('RUN a \\\n\n b').warnings).toEqual([
      {
        code: 'empty-continuation',
        message: 'Empty continuation line found in: RUN a  b',
        range: { startLine: 1, endLine: 3 },
      },
    ])
    expect(parseAst('RUN a \\\n#\n b').warnings).toEqual([])
  })
})
