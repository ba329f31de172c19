import { deepStrictEqual as equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  expandWord,
  expandWords,
  formatAst,
  parseAst,
  parseDockerfile,
  parseIgnore,
} from '../../../src/dockerfile/index.ts'
import { formatPlatformFully } from '../../../src/oci/platform.ts'
import { platformServes } from '../../../src/oci/platform-match.ts'
import { parsePlatform } from '../../../src/oci/platform-parse.ts'
import { familiarName, formatReference, parseReference } from '../../../src/oci/reference.ts'
import { mustRefuse } from './must-refuse.ts'
import type { Row, VectorSet } from './vector-set.ts'

const FOLDER = join(import.meta.dirname, '../../fixtures/buildkit-answers')

/** Answers of BuildKit's own packages to generated input, kept in test/fixtures/buildkit-answers. */
export const BUILDKIT_ANSWERS: readonly VectorSet[] = [
  answers('parser', 'Generated Dockerfiles', row => {
    if (row.tree === null) return mustRefuse(() => parseAst(row.text))
    const ast = parseAst(row.text)
    equal(formatAst(ast), row.tree)
    equal(
      ast.nodes.map(({ range }) => [range.startLine, range.endLine]),
      row.ranges,
    )
    if (row.refused) mustRefuse(() => parseDockerfile(row.text))
    else parseDockerfile(row.text)
  }),
  answers('words', 'Generated words', ({ text, escape: escapeChar, keepUnset, expected }, { environment }) => {
    const env = (name: string): string | undefined => (Object.hasOwn(environment, name) ? environment[name] : undefined)
    const options = { escape: escapeChar, keepUnset }
    if (expected === null) mustRefuse(() => expandWord(text, env, options))
    else if (Array.isArray(expected)) equal(expandWords(text, env, options).words, expected)
    else equal(expandWord(text, env, options).value, expected)
  }),
  answers('ignore', 'Generated ignore files', ({ text, paths, matches }) => {
    if (matches === null) return mustRefuse(() => parseIgnore(text))
    const matcher = parseIgnore(text)
    equal(
      paths.map((path: string) => matcher.matches(path)),
      matches,
    )
  }),
  answers('references', 'Generated references', ({ text, expected }) => {
    if (expected === null) return mustRefuse(() => parseReference(text))
    const reference = parseReference(text)
    const { domain, path } = reference
    equal({ full: formatReference(reference), familiar: familiarName(reference), domain, path }, expected)
  }),
  answers('platforms', 'Generated platforms', ({ text, expected }, { candidates }) => {
    const host = parsePlatform('linux/amd64')
    if (expected === null) return mustRefuse(() => parsePlatform(text, host))
    const platform = parsePlatform(text, host)
    const all = candidates.map((candidate: string) => parsePlatform(candidate))
    const found = {
      formatted: formatPlatformFully(platform),
      serves: all.map((each: Row) => platformServes(platform, each)),
      strictly: all.map((each: Row) => platformServes(platform, each, 'strict')),
    }
    equal(found, expected)
  }),
]

/** `head` is the first row of a file that has one for all the others. */
function answers(file: string, title: string, check: (row: Row, head: Row) => void): VectorSet {
  const all = readFileSync(join(FOLDER, `${file}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Row)
  const head = all[0]?.text === undefined ? all.shift() : undefined
  return {
    file: `buildkit-answers/${file}`,
    title,
    rows: () => all,
    groupOf: () => 'generated',
    nameOf: row => JSON.stringify(row.text),
    check: row => check(row, head),
  }
}
