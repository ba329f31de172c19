import { deepStrictEqual as equal, ok } from 'node:assert/strict'
import { isTareError } from '../../../src/base/error.ts'
import { formatAst, parseAst, parseDockerfile } from '../../../src/dockerfile/index.ts'
import { parseNode } from '../../../src/dockerfile/instructions/parse-instruction.ts'
import type { Instruction } from '../../../src/dockerfile/instructions/types.ts'
import { detectDirective, detectSyntax } from '../../../src/dockerfile/syntax/directives.ts'
import { heredocsOfLine, parseHeredocWord } from '../../../src/dockerfile/syntax/heredoc.ts'
import { parseJsonArray } from '../../../src/dockerfile/syntax/json-array.ts'
import { SourceLines } from '../../../src/dockerfile/syntax/source-lines.ts'
import { splitWords } from '../../../src/dockerfile/syntax/words.ts'
import { FakeImages, plan } from '../../../src/plan/planning.fixture.ts'
import { mustRefuse } from './must-refuse.ts'
import { NotApplicable, type Row, type VectorSet } from './vector-set.ts'

type Check = (row: Row) => void | Promise<void>

const CHECKS: Readonly<Record<string, Check>> = {
  ast: row => equal(formatAst(parseAst(row.dockerfile)), row.ast_dump),
  parse_error: row => mustRefuse(() => parseDockerfile(row.dockerfile)),
  instruction_error: row => mustRefuse(() => firstInstruction(row.dockerfile)),
  line_ranges: row => {
    const { nodes } = parseAst(row.dockerfile)
    const ranges = nodes.map(({ range }) => [range.startLine, range.endLine])
    equal(ranges, row.children)
    equal([ranges[0]?.[0], ranges.at(-1)?.[1]], row.root)
  },
  directive: checkDirective,
  directives_all: row => {
    const file = fileOf(row.dockerfile)
    const found = (['syntax', 'escape', 'check'] as const).flatMap(name => {
      const directive = detectDirective(name, file)
      return directive ? [[name, directive.cmdline]] : []
    })
    equal(found, row.expect)
  },
  heredocs: row => {
    const heredocs = parseAst(row.dockerfile).nodes.map(node =>
      node.heredocs.map(({ name, content, expand, chomp, fd }) => ({ name, content, expand, chomp, fd })),
    )
    equal(heredocs.slice(1), row.expect)
  },
  heredoc_word: row => {
    if (row.error) mustRefuse(() => parseHeredocWord(row.input))
    else equal(parseHeredocWord(row.input)?.name ?? null, row.heredoc)
  },
  heredocs_line: row =>
    equal(
      heredocsOfLine(row.input).map(start => start.name),
      row.names,
    ),
  json_array: row => {
    const array = parseJsonArray(row.input)
    if (row.error) equal(array, 'not-strings')
    else equal(Array.isArray(array) && array.map(word => word.value), row.values)
  },
  parse_words: row =>
    equal(
      splitWords(row.input, '\\').map(word => word.value),
      row.words,
    ),
  name_val: row => {
    const parse = (): string[] => firstInstruction(`${row.instruction} ${row.input}`).node.args.map(arg => arg.value)
    if (row.error) mustRefuse(parse)
    else equal(parse(), row.tokens)
  },
  copy_sources: row => {
    const { instruction } = firstInstruction(row.dockerfile)
    ok(instruction.kind === 'copy', instruction.kind)
    const contents = instruction.heredocs.map(({ name, content, expand }) => ({ path: name, data: content, expand }))
    equal({ dest: instruction.destination, sources: instruction.sources, contents }, row.expect)
  },
  run_heredoc: row => {
    const { instruction } = firstInstruction(row.dockerfile)
    ok(instruction.kind === 'run', instruction.kind)
    const { command } = instruction
    const files = instruction.heredocs.map(({ name, raw, chomp }) => ({ name, data: raw, chomp }))
    const shell = command.form === 'shell'
    equal({ shell, command: shell ? [command.text] : command.args, files }, { ...row.expect })
  },
  instruction: row => {
    const { instruction } = firstInstruction(row.dockerfile)
    equal(
      instruction.flags.map(flag => flag.name),
      row.expect.flags_used,
    )
  },
  doc_comments: checkDocComments,
  warnings: row => {
    const messages = parseAst(row.dockerfile).warnings.map(warning => warning.message)
    equal(messages.length, row.warnings.length)
    row.warnings.forEach((parts: string[], i: number) => {
      for (const part of parts) ok(messages[i]?.includes(part), `"${part}" is not in "${messages[i]}"`)
    })
  },
  plan: async ({ dockerfile, target, error }) => {
    const failure = await plan(dockerfile, { target }, new FakeImages(true)).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    equal(isTareError(failure), Boolean(error), String(failure))
  },
  'ast-imagebuilder-fork': () => {
    throw new NotApplicable('the answer of a fork that is not BuildKit')
  },
}

export const PARSER: VectorSet = {
  file: 'parser_vectors',
  title: 'Parser',
  groupOf: row => row.kind,
  nameOf: row => row.name,
  check: row => {
    const check = CHECKS[row.kind]
    if (!check) throw new Error(`no scorer for kind ${row.kind}`)
    return check(row)
  },
}

function checkDirective(row: Row): void {
  const file = fileOf(row.dockerfile)
  const found = row.directive === 'syntax' ? detectSyntax(file) : detectDirective(row.directive, file)
  const { found: expected, value, cmdline, line } = row.expect
  equal(found !== undefined, expected)
  if (!found) return
  equal(found.value, value)
  if (cmdline !== undefined) equal(found.cmdline, cmdline)
  if (line !== undefined) equal(found.range.startLine, line)
}

function checkDocComments(row: Row): void {
  const { metaArgs, stages } = parseDockerfile(row.dockerfile)
  const stage = stages[0]
  const found = {
    meta_args: argsOf(metaArgs),
    stage0: described(stage?.from.comments, stage?.name ?? ''),
    stage0_args: argsOf(stage?.instructions ?? []),
  }
  equal(found, row.expect)
}

function argsOf(instructions: readonly Instruction[]): string[][] {
  return instructions.flatMap(one =>
    one.kind === 'arg' ? one.args.map(({ key }) => [key, described(one.comments, key)]) : [],
  )
}

function described(comments: readonly string[] | undefined, name: string): string {
  return comments?.find(comment => comment.startsWith(`${name} `))?.slice(name.length + 1) ?? ''
}

function firstInstruction(text: string) {
  const { nodes, file } = parseAst(text)
  const node = nodes[0]
  if (!node) throw new Error('no instruction')
  return { node, instruction: parseNode(node, file) }
}

function fileOf(text: string) {
  return new SourceLines(text, 'Dockerfile').file
}
