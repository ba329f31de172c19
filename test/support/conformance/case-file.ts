import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SERVER_NAME } from './file-server.ts'

/** A build whose result BuildKit's answer is known of. */
export interface ConformanceCase {
  readonly name: string
  readonly title: string
  /** Flags of `build`, besides the tag. */
  readonly flags: readonly string[]
  /** The argument of `build` where it is not the context's folder: `-`, an address. */
  readonly context: string | undefined
  /** The file of the context that is given on standard input. */
  readonly stdin: string | undefined
  /** Files of the context, `Dockerfile` among them, by path. */
  readonly files: Readonly<Record<string, string>>
  /** Where in the context an OCI layout (sample-layout.ts) is put. */
  readonly layout: string | undefined
  /** The architecture that the case is for, as Node calls it; undefined for any. */
  readonly only: string | undefined
  /** `file-operations` when BuildKit is asked without its frontend, which lacks the flag; undefined for Docker as it is. */
  readonly oracle: string | undefined
  /** A shell script that runs in the context afterwards. */
  readonly setup: string
  /** Facts that are meant to differ, `files./etc/x.mtime` or `history`, with the reason. */
  readonly differs: ReadonlyMap<string, string>
}

const FIXTURES = join(import.meta.dirname, '../../fixtures/conformance')
export const BASES_FOLDER = join(FIXTURES, 'bases')
const EXPECTED_FOLDER = join(FIXTURES, 'expected')

/** Where BuildKit's facts of a case are kept. */
export function expectedFile(each: ConformanceCase): string {
  return join(EXPECTED_FOLDER, `${each.name}.json`)
}

/** How a case is built: the words after `build`, and standard input. Its context lies in a folder, `server` serves files. */
export function commandOf(
  { flags, context = 'CONTEXT', stdin }: ConformanceCase,
  folder: string,
  server: string,
): { readonly args: string[]; readonly input: Uint8Array | undefined } {
  const args = [...flags, context].map(word =>
    word.replaceAll(/\bCONTEXT\b/g, folder).replaceAll(`//${SERVER_NAME}`, `//${server}`),
  )
  return { args, input: stdin === undefined ? undefined : readFileSync(join(folder, stdin)) }
}

/** The cases of test/fixtures/conformance/cases/*.txt for this machine; README.md beside them describes the format. */
export function readCases(): ConformanceCase[] {
  const folder = join(FIXTURES, 'cases')
  const names = readdirSync(folder).filter(name => name.endsWith('.txt'))
  const cases = names.sort().flatMap(name => {
    const text = readFileSync(join(folder, name), 'utf8')
    const pieces = text.split(/^=== /m).slice(1)
    return pieces.map(piece => parseCase(basename(name, '.txt'), piece))
  })
  return cases.filter(({ only }) => only === undefined || only === process.arch)
}

function parseCase(group: string, piece: string): ConformanceCase {
  const [head = '', ...sections] = piece.split(/^--- /m)
  const [heading = '', ...options] = head.split('\n')
  const [, name, title] = /^([\w-]+): (.*)$/.exec(heading) ?? []
  if (name === undefined || title === undefined) throw new Error(`reading ${group}.txt: no name in ${heading}`)
  const bodies = new Map(sections.map(splitSection))
  const option = (key: string): string | undefined =>
    options.find(line => line.startsWith(`${key}: `))?.slice(key.length + 2)
  const { setup = '', differs = '', ...files } = Object.fromEntries(bodies)
  const reasons = differs.split('\n').filter(line => line !== '')
  return {
    name: `${group}-${name}`,
    title,
    flags: option('flags')?.split(' ') ?? [],
    context: option('context'),
    stdin: option('stdin'),
    layout: option('layout'),
    only: option('only'),
    oracle: option('oracle'),
    files,
    setup,
    differs: new Map(reasons.map(line => line.split(/: (.*)/, 2) as [string, string])),
  }
}

function splitSection(section: string): [string, string] {
  const end = section.indexOf('\n')
  return [section.slice(0, end), section.slice(end + 1).replace(/\n\n$/, '\n')]
}
