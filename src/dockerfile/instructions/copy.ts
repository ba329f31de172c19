import { isTareError } from '../../base/error.ts'
import type { AstHeredoc, AstNode } from '../syntax/ast.ts'
import { type HeredocStart, parseHeredocWord } from '../syntax/heredoc.ts'
import { type FlagKinds, readFlags } from './flags.ts'
import { heredocOf } from './heredoc.ts'
import { commonOf, type Request, refuse } from './request.ts'
import type { CopyInstruction, Flag, Heredoc } from './types.ts'

const BOTH: FlagKinds = { chown: 'text', chmod: 'text', link: 'bool', exclude: 'texts' }
const FLAGS = {
  copy: { from: 'text', ...BOTH, parents: 'bool' },
  add: { ...BOTH, checksum: 'text', 'keep-git-dir': 'bool', unpack: 'bool' },
} as const

/** COPY and ADD. */
export function parseCopy(request: Request, kind: 'copy' | 'add'): CopyInstruction {
  const { sources, heredocs, destination } = readSources(request)
  const flags = readFlags(request, FLAGS[kind])
  return {
    kind,
    ...commonOf(request, flags.all),
    sources,
    heredocs,
    destination,
    from: withoutVariables(request, flags.one('from')),
    chown: flags.text('chown'),
    chmod: flags.text('chmod'),
    link: flags.bool('link') ?? false,
    parents: flags.bool('parents') ?? false,
    excludes: flags.texts('exclude'),
    checksum: flags.text('checksum'),
    keepGitDir: flags.bool('keep-git-dir'),
    unpack: flags.bool('unpack'),
  }
}

function readSources(request: Request) {
  const { node } = request
  const words = node.args.map(arg => arg.value)
  const destination = words.pop()
  if (destination === undefined || words.length === 0) throw noDestination(request)
  if (inlineStart(destination)) {
    const cause = `${request.name} cannot accept a heredoc as a destination`
    throw refuse(request, 'dockerfile-arguments', cause, { range: node.args.at(-1)?.range })
  }
  const contents = new Map(node.heredocs.map(heredoc => [heredoc.name, heredoc]))
  const starts = words.map(inlineStart)
  return {
    sources: words.filter((_, i) => starts[i] === undefined),
    heredocs: starts.filter(start => start !== undefined).map(start => inlineFile(node, start, contents)),
    destination,
  }
}

/** A word with quotes that do not match is a path like any other. */
function inlineStart(word: string): HeredocStart | undefined {
  try {
    return parseHeredocWord(word)
  } catch (error) {
    if (isTareError(error)) return undefined
    throw error
  }
}

/** A heredoc word of which the line, split by the shell's rules, knows nothing stands for an empty file. */
function inlineFile(node: AstNode, start: HeredocStart, contents: ReadonlyMap<string, AstHeredoc>): Heredoc {
  const read = contents.get(start.name)
  return heredocOf({ ...start, content: read?.content ?? '', range: read?.range ?? node.range })
}

function noDestination(request: Request): Error {
  const only = request.node.args.length === 1 ? ', but only one was provided' : ''
  const cause = `${request.name} requires at least two arguments${only}. Destination could not be determined`
  return refuse(request, 'dockerfile-arguments', cause)
}

function withoutVariables(request: Request, from: Flag | undefined): Flag | undefined {
  if (!from?.value || !/\$(?:\{|[\p{L}\p{Nd}_])/u.test(from.value)) return from
  const workaround = 'define a new stage with FROM using ARG from global scope as a workaround'
  const cause = `variable expansion is not supported for --from, ${workaround}`
  throw refuse(request, 'dockerfile-flag', cause, { range: from.range })
}
