import type { CopyInstruction } from '../../instructions/types.ts'
import { isWholeContext, resolvePath } from './paths.ts'
import { baseName, type RunCommand } from './run-commands.ts'
import type { ShellWord } from './shell-lexer.ts'
import type { Step } from './stage-steps.ts'

/** Where one source of a COPY or ADD goes. */
export interface CopiedPath {
  /** As written, variables put in. */
  readonly source: string
  /** The path it gets. For a directory, what its entries are put below; undefined where it is not known. */
  readonly path: string | undefined
  /** `path` is below the destination: the source is a file, or stands for several. */
  readonly destination: string | undefined
}

/** Where a COPY or ADD puts what. A source of unknown kind is taken for a file where the destination ends in a slash. */
export function copiedPaths(step: Step<CopyInstruction>): CopiedPath[] {
  const { sources, destination: written, heredocs } = step.instruction
  const destination = step.path(written)
  const intoDirectory = written.endsWith('/') || written === '.' || sources.length + heredocs.length > 1
  return [...sources, ...heredocs.map(heredoc => heredoc.name)].map(word => {
    const source = step.expand(word) ?? word
    const name = baseName(source.replace(/\/+$/, ''))
    const spreads = isWholeContext(source) || /[*?[]/.test(name) || name === '' || name === '.'
    const path = intoDirectory && !spreads && destination !== undefined ? resolvePath(name, destination) : destination
    return { source, path, destination }
  })
}

/** A file that a command of a RUN downloads, as written: the path it gets, or its name in the working directory. */
export function downloadedFile(command: RunCommand): ShellWord | string | undefined {
  if (command.name === 'curl') return curlOutput(command)
  if (command.name === 'wget') return wgetOutput(command)
  return undefined
}

function curlOutput({ args, redirects }: RunCommand): ShellWord | string | undefined {
  const url = args.find(isUrl)
  for (const [i, { value }] of args.entries()) {
    if (value === '--output' || /^-[a-zA-Z]*o$/.test(value)) return args[i + 1]
    if (value.startsWith('--output=')) return value.slice('--output='.length)
    if (value === '--remote-name' || /^-[a-zA-Z]*O[a-zA-Z]*$/.test(value)) return url && nameInUrl(url.value)
  }
  return redirects.find(({ sign }) => sign === '>')?.target
}

function wgetOutput({ args, redirects }: RunCommand): ShellWord | string | undefined {
  const url = args.find(isUrl)
  for (const [i, { value }] of args.entries()) {
    if (value === '--output-document' || /^-[a-zA-Z]*O$/.test(value)) return toFile(args[i + 1], redirects)
    if (value.startsWith('--output-document=')) return value.slice('--output-document='.length)
    if (/^-[a-zA-Z]*O./.test(value)) return value.endsWith('-') ? undefined : value.slice(value.indexOf('O') + 1)
  }
  return url && nameInUrl(url.value)
}

/** `-O -` is standard output. */
function toFile(word: ShellWord | undefined, redirects: RunCommand['redirects']): ShellWord | undefined {
  return word?.value === '-' ? redirects.find(({ sign }) => sign === '>')?.target : word
}

function isUrl({ value }: ShellWord): boolean {
  return /^(?:https?|ftp):\/\//.test(value)
}

export function nameInUrl(url: string): string {
  return baseName(url.replace(/[?#].*$/, ''))
}

export function isArchive(name: string): boolean {
  return /\.(?:tar|tgz|tbz2?|txz|tar\.[a-z0-9]+|zip|7z|rar|deb|rpm|apk|gz|bz2|xz|zst|whl|jar\.pack)$/i.test(name)
}
