import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isTareError } from '../base/error.ts'
import { normalizeIgnoreLine } from './ignore/parse-ignore.ts'
import { compileIgnore, expandWord, expandWords, formatAst, parseAst, parseDockerfile } from './index.ts'
import { parseNode } from './instructions/parse-instruction.ts'
import type { Instruction } from './instructions/types.ts'
import { detectDirective, detectSyntax } from './syntax/directives.ts'
import { heredocsOfLine, parseHeredocWord } from './syntax/heredoc.ts'
import { parseJsonArray } from './syntax/json-array.ts'
import { SourceLines } from './syntax/source-lines.ts'
import { splitWords } from './syntax/words.ts'

/** Facts from public test suites, kept outside the project: `../shared/vectors`, or $TARE_VECTORS. */
const project = join(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = process.env['TARE_VECTORS'] ?? join(project, '../shared/vectors')
const present = existsSync(folder)

/** Vectors that do not hold here, by name, each with its reason. One that starts to hold fails the test too. */
const KNOWN_MISSES: Readonly<Record<string, string>> = {}

// biome-ignore lint/suspicious/noExplicitAny: a row's fields depend on its kind
type Row = any

function read(set: string): Row[] {
  if (!present) return []
  return readFileSync(join(folder, `${set}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

/** Runs all rows and compares those that do not hold with the known misses. */
function expectAll(rows: Row[], nameOf: (row: Row) => string, check: (row: Row) => void): void {
  expect(rows.length).toBeGreaterThan(0)
  const misses: Record<string, string> = {}
  for (const row of rows) {
    try {
      check(row)
    } catch (error) {
      misses[nameOf(row)] = error instanceof Error ? error.message.slice(0, 600) : String(error)
    }
  }
  const known = Object.keys(KNOWN_MISSES).filter(name => rows.some(row => nameOf(row) === name))
  expect(Object.keys(misses).sort(), JSON.stringify(misses, undefined, 2)).toEqual(known.sort())
}

function expectTareError(action: () => unknown): void {
  let thrown: unknown
  try {
    action()
  } catch (error) {
    thrown = error
  }
  expect(isTareError(thrown), String(thrown)).toBe(true)
}

function firstInstruction(text: string) {
  const { nodes, file } = parseAst(text)
  const node = nodes[0]
  if (!node) throw new Error('no instruction')
  return { node, instruction: parseNode(node, file) as Instruction }
}

const PARSER_CHECKS: Readonly<Record<string, (row: Row) => void>> = {
  ast: row => expect(formatAst(parseAst(row.dockerfile))).toBe(row.ast_dump),
  parse_error: row => expectTareError(() => parseDockerfile(row.dockerfile)),
  instruction_error: row => expectTareError(() => firstInstruction(row.dockerfile)),
  line_ranges: row => {
    const { nodes } = parseAst(row.dockerfile)
    expect(nodes.map(({ range }) => [range.startLine, range.endLine])).toEqual(row.children)
    expect([nodes[0]?.range.startLine, nodes.at(-1)?.range.endLine]).toEqual(row.root)
  },
  directive: row => {
    const { file } = linesOf(row.dockerfile)
    const found = row.directive === 'syntax' ? detectSyntax(file) : detectDirective(row.directive, file)
    const { found: expected, value, cmdline, line } = row.expect
    expect(found !== undefined).toBe(expected)
    if (!expected) return
    expect(found?.value).toBe(value)
    if (cmdline !== undefined) expect(found?.cmdline).toBe(cmdline)
    if (line !== undefined) expect(found?.range.startLine).toBe(line)
  },
  directives_all: row => {
    const { file } = linesOf(row.dockerfile)
    const found = (['syntax', 'escape', 'check'] as const).flatMap(name => {
      const directive = detectDirective(name, file)
      return directive ? [[name, directive.cmdline]] : []
    })
    expect(found).toEqual(row.expect)
  },
  heredocs: row => {
    const heredocs = parseAst(row.dockerfile).nodes.map(node =>
      node.heredocs.map(({ name, content, expand, chomp, fd }) => ({ name, content, expand, chomp, fd })),
    )
    expect(heredocs.slice(1)).toEqual(row.expect)
  },
  heredoc_word: row => {
    if (row.error) expectTareError(() => parseHeredocWord(row.input))
    else expect(parseHeredocWord(row.input)?.name ?? null).toBe(row.heredoc)
  },
  heredocs_line: row => expect(heredocsOfLine(row.input).map(start => start.name)).toEqual(row.names),
  json_array: row => {
    const array = parseJsonArray(row.input)
    if (row.error) expect(array).toBe('not-strings')
    else expect(Array.isArray(array) && array.map(word => word.value)).toEqual(row.values)
  },
  parse_words: row => expect(splitWords(row.input, '\\').map(word => word.value)).toEqual(row.words),
  name_val: row => {
    const parse = (): string[] => firstInstruction(`${row.instruction} ${row.input}`).node.args.map(arg => arg.value)
    if (row.error) expectTareError(parse)
    else expect(parse()).toEqual(row.tokens)
  },
  copy_sources: row => {
    const { instruction } = firstInstruction(row.dockerfile)
    if (instruction.kind !== 'copy') throw new Error(instruction.kind)
    const contents = instruction.heredocs.map(({ name, content, expand }) => ({ path: name, data: content, expand }))
    expect({ dest: instruction.destination, sources: instruction.sources, contents }).toEqual(row.expect)
  },
  run_heredoc: row => {
    const { instruction } = firstInstruction(row.dockerfile)
    if (instruction.kind !== 'run') throw new Error(instruction.kind)
    const { command } = instruction
    const files = instruction.heredocs.map(({ name, raw, chomp }) => ({ name, data: raw, chomp }))
    const shell = command.form === 'shell'
    expect({ shell, command: shell ? [command.text] : command.args, files }).toEqual({ ...row.expect })
  },
  instruction: row => {
    const { instruction } = firstInstruction(row.dockerfile)
    expect(instruction.flags.map(flag => flag.name)).toEqual(row.expect.flags_used)
  },
  doc_comments: row => {
    const { metaArgs, stages } = parseDockerfile(row.dockerfile)
    const described = (comments: readonly string[] | undefined, name: string): string =>
      comments?.find(comment => comment.startsWith(`${name} `))?.slice(name.length + 1) ?? ''
    const argsOf = (instructions: readonly Instruction[]): string[][] =>
      instructions.flatMap(one =>
        one.kind === 'arg' ? one.args.map(arg => [arg.key, described(one.comments, arg.key)]) : [],
      )
    const stage = stages[0]
    expect({
      meta_args: argsOf(metaArgs),
      stage0: described(stage?.from.comments, stage?.name ?? ''),
      stage0_args: argsOf(stage?.instructions ?? []),
    }).toEqual(row.expect)
  },
  warnings: row => {
    const messages = parseAst(row.dockerfile).warnings.map(warning => warning.message)
    expect(messages.length).toBe(row.warnings.length)
    row.warnings.forEach((parts: string[], i: number) => {
      for (const part of parts) expect(messages[i]).toContain(part)
    })
  },
}

function linesOf(text: string) {
  return new SourceLines(text, 'Dockerfile')
}

/** `plan` is for plan/ to pass; the fork's rows are not scored. */
const NOT_OURS = ['plan', 'ast-imagebuilder-fork']

describe.skipIf(!present)('public test vectors (skipped: no ../shared/vectors and no $TARE_VECTORS)', () => {
  const parser = read('parser_vectors')
  const shell = read('shell_vectors')
  const ignore = read('ignore_vectors')

  it('knows every kind of parser vector', () => {
    const kinds = new Set(parser.map(row => row.kind))
    expect([...kinds].filter(kind => !PARSER_CHECKS[kind] && !NOT_OURS.includes(kind))).toEqual([])
  })

  it.each(Object.keys(PARSER_CHECKS))('parser: %s', kind => {
    const rows = parser.filter(row => row.kind === kind)
    expectAll(
      rows,
      row => row.name,
      row => PARSER_CHECKS[kind]?.(row),
    )
  })

  it.each(['word', 'words'])('shell: %s', mode => {
    const rows = shell.filter(row => row.mode === mode)
    expectAll(
      rows,
      row => `${row.suite}:${row.line} ${row.input}`,
      row => {
        const env = (name: string): string | undefined => (Object.hasOwn(row.env, name) ? row.env[name] : undefined)
        const run = () => (mode === 'word' ? expandWord : expandWords)(row.input, env)
        if (row.error) {
          expectTareError(run)
          if (typeof row.error === 'string') expect(run).toThrow(row.error)
          return
        }
        const expansion = run()
        expect('words' in expansion ? expansion.words : expansion.value).toEqual(row.expected)
        if (row.matched) expect([...expansion.matched].sort()).toEqual(row.matched)
        if (row.unmatched) expect([...expansion.unmatched].sort()).toEqual(row.unmatched)
      },
    )
  })

  it.each(['Matches', 'MatchesOrParentMatches', 'clean', 'ReadAll'])('ignore: %s', api => {
    const rows = ignore.filter(row => row.api === api)
    expectAll(
      rows,
      row => `${row.suite} ${row.patterns} ${row.path}`,
      row => {
        if (row.error) return expectTareError(() => compileIgnore(row.patterns))
        if (api === 'ReadAll') {
          const lines = row.content.split('\n').filter((line: string) => !line.startsWith('#'))
          return expect(lines.map(normalizeIgnoreLine).filter((line: string) => line !== '')).toEqual(row.lines)
        }
        const matcher = compileIgnore(row.patterns)
        if (row.count !== undefined) expect(matcher.rules.length).toBe(row.count)
        if (row.exclusions !== undefined) expect(matcher.rules.some(rule => rule.exclusion)).toBe(row.exclusions)
        if (row.match !== undefined) expect(matcher.matches(row.path)).toBe(row.match)
      },
    )
  })

  it('parses every real-world Dockerfile', () => {
    expectAll(
      read('realworld'),
      row => `${row.repo}/${row.path}`,
      row => {
        const { stages } = parseDockerfile(row.text)
        expect(stages.length).toBe(row.stages)
        const kinds = new Set(parseAst(row.text).nodes.map(node => node.keyword.value.toUpperCase()))
        expect([...kinds].sort()).toEqual([...row.instructions].sort())
      },
    )
  })

  it('parses the Dockerfile of every build case, but for those whose fault is one of the language', () => {
    const steps = read('build_cases').flatMap(row => row.steps.map((step: Row) => ({ ...step, name: row.name })))
    const readable = steps.filter(step => typeof step.dockerfile === 'string')
    expectAll(
      readable,
      step => step.name,
      step => {
        const cause = causeOf(() => parseDockerfile(step.dockerfile))
        if (cause === undefined) return
        expect(step.expect).toBe('error')
        for (const part of step.error_contains) expect(cause).toContain(part)
      },
    )
    const refused = readable.filter(step => causeOf(() => parseDockerfile(step.dockerfile)) !== undefined)
    expect(refused.length).toBeGreaterThanOrEqual(3)
  })
})

function causeOf(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (!isTareError(error)) throw error
    return error.message
  }
}
