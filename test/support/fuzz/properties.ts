import { deepStrictEqual as equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { isTareError } from '../../../src/base/error.ts'
import {
  checkDockerfile,
  compileIgnore,
  expandWord,
  expandWords,
  formatAst,
  matchPattern,
  parseAst,
  parseDockerfile,
  parseIgnore,
} from '../../../src/dockerfile/index.ts'
import { lintInput } from '../../../src/dockerfile/lint/lint.fixture.ts'
import {
  formatPlatformFully,
  formatReference,
  normalizePlatform,
  parsePlatform,
  parseReference,
  platformServes,
} from '../../../src/oci/index.ts'
import { FakeImages, plan } from '../../../src/plan/planning.fixture.ts'
import { dockerfileText } from './dockerfile-text.ts'
import { pathText, patternText, platformText, referenceText } from './name-text.ts'
import { fuzzEnvironment, wordText } from './word-text.ts'

export interface FuzzProperty {
  readonly name: string
  readonly property: fc.IRawProperty<unknown>
}

/** What holds for every input, hostile ones included. Tests run each a few hundred times, `npm run fuzz` for minutes. */
export const FUZZ_PROPERTIES: readonly FuzzProperty[] = [
  {
    name: 'a Dockerfile is understood, or refused at a place in it',
    property: fc.property(dockerfileText, text => {
      const fault = faultOf(() => parseDockerfile(text))
      if (fault) mustPointInto(text, fault)
    }),
  },
  {
    name: 'words of the tree stand where they say',
    property: fc.property(dockerfileText, text => {
      accepting(() => {
        const { nodes, file } = parseAst(text)
        for (const { keyword } of nodes) {
          const { startLine, endLine, startColumn = 1, endColumn = 1 } = keyword.range
          if (startLine === endLine)
            equal(file.lines[startLine - 1]?.slice(startColumn - 1, endColumn - 1), keyword.value)
        }
      })
    }),
  },
  {
    name: 'a tree written out as text is the same tree',
    property: fc.property(dockerfileText, text => {
      accepting(() => {
        const tree = parseAst(text)
        const nodes = tree.nodes.filter(node => node.original.trim() !== '')
        // Joined lines can end in what would go on as a line of its own.
        if (nodes.some(node => /[\\`][ \t]*$/.test(node.original))) return
        const written = nodes.map(({ original, heredocs }) =>
          [original, ...heredocs.map(({ content, name }) => content + name)].join('\n'),
        )
        if (nodes.length === 0) return
        const again = parseAst([`# escape=${tree.escape}`, ...written].join('\n'))
        equal(formatAst(again), formatAst({ ...tree, nodes }))
      })
    }),
  },
  {
    name: 'a Dockerfile is planned, or refused',
    property: fc.asyncProperty(dockerfileText, async text => {
      const images = new FakeImages(true)
      await plan(text, {}, images).catch((error: unknown) => ok(isTareError(error), error as Error))
    }),
  },
  {
    name: 'a Dockerfile is checked, and findings stand in it',
    property: fc.property(dockerfileText, text => {
      accepting(() => {
        const { findings, file } = checkDockerfile(lintInput(text))
        for (const { range } of findings)
          if (range) ok(range.startLine >= 1 && range.endLine >= range.startLine && range.endLine <= file.lines.length)
      })
    }),
  },
  {
    name: 'a word is expanded, or refused',
    property: fc.property(
      wordText,
      fc.record({
        skipQuotes: fc.boolean(),
        rawQuotes: fc.boolean(),
        rawEscapes: fc.boolean(),
        keepUnset: fc.boolean(),
      }),
      fc.constantFrom('\\', '`'),
      (text, options, escapeChar) => {
        accepting(() => expandWord(text, fuzzEnvironment, { ...options, escape: escapeChar }))
        accepting(() => expandWords(text, fuzzEnvironment, { ...options, escape: escapeChar }))
      },
    ),
  },
  {
    name: 'quotes and escapes make any text a word',
    property: fc.property(wordText, text => {
      const plain = text.replaceAll("'", '')
      equal(expandWord(`'${plain}'`, fuzzEnvironment).value, plain)
      equal(expandWord(text.replace(/[\s\S]/gu, '\\$&'), fuzzEnvironment).value, text)
    }),
  },
  {
    name: 'an ignore file has an answer for every path, or is refused at its line',
    property: fc.property(patternText, pathText, (text, path) => {
      const fault = faultOf(() => {
        const matcher = parseIgnore(text)
        matcher.matches(path)
        matcher.mayHoldExceptions(path)
      })
      if (fault) mustPointInto(text, fault)
      accepting(() => matchPattern(text, path))
    }),
  },
  {
    name: 'the last rule that names a path decides about it',
    property: fc.property(patternText, pathText, (text, path) => {
      accepting(() => {
        const name = path.replace(/[*?[\]\\^]/g, '\\$&')
        ok(compileIgnore([text, name]).matches(path))
        ok(!compileIgnore([text, '**', `!${name}`]).matches(path))
      })
    }),
  },
  {
    name: 'a reference written out reads as it was, or is refused',
    property: fc.property(referenceText, text => {
      accepting(() => {
        const full = formatReference(parseReference(text))
        equal(formatReference(parseReference(full)), full)
      })
    }),
  },
  {
    name: 'a platform written out reads as it was and serves itself, or is refused',
    property: fc.property(platformText, text => {
      accepting(() => {
        const platform = normalizePlatform(parsePlatform(text))
        const again = parsePlatform(formatPlatformFully(platform))
        equal(formatPlatformFully(normalizePlatform(again)), formatPlatformFully(platform))
        ok(platformServes(platform, platform, 'strict'))
      })
    }),
  },
]

/** Runs something on hostile input: a TareError is an answer, everything else is a fault of ours. */
function accepting(action: () => unknown): void {
  faultOf(action)
}

function faultOf(action: () => unknown) {
  try {
    action()
    return undefined
  } catch (error) {
    if (isTareError(error)) return error
    throw error
  }
}

function mustPointInto(text: string, fault: { readonly at?: Place | undefined; readonly message: string }): void {
  const at = fault.at
  ok(at, `no place: ${fault.message}`)
  const { startLine, endLine } = at.range
  const lines = text.split('\n').length
  ok(startLine >= 1 && endLine >= startLine && endLine <= lines, `lines ${startLine} to ${endLine} of ${lines}`)
}

interface Place {
  readonly range: { readonly startLine: number; readonly endLine: number }
}
