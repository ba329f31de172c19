import { posix } from 'node:path'
import { hideCredentials } from '../base/hide-credentials.ts'
import type { CopyInstruction, Heredoc } from '../dockerfile/index.ts'
import { parseDigest } from '../oci/index.ts'
import { ownerOf, permissionsOf } from './copy-flags.ts'
import { fromNames } from './from-names.ts'
import { withFlags } from './git-source.ts'
import type { CopySource, Op, VertexIndex } from './graph.ts'
import { locate, planError, type SourceSpot } from './plan-error.ts'
import { type RemoteSource, remoteSourceOf } from './source-kind.ts'
import {
  addHistory,
  advance,
  expand,
  nextLabel,
  rootInputs,
  type StageState,
  stepText,
  type WalkContext,
} from './stage-state.ts'
import type { StageStep } from './triggers.ts'
import { resolveInside } from './workdir-instruction.ts'

/** A COPY or ADD with its variables expanded. */
interface Copying {
  readonly instruction: CopyInstruction
  readonly at: SourceSpot
  readonly sources: readonly string[]
  readonly remotes: readonly RemoteSource[]
  readonly destination: string
  readonly chown: string | undefined
  readonly chmod: string | undefined
  readonly excludes: readonly string[]
}

/** Files, what is fetched, and inline files are vertices of their own, in this order, with one history entry each. */
export function walkCopy(state: StageState, context: WalkContext, step: StageStep, instruction: CopyInstruction): void {
  const copying = readCopy(state, context, step, instruction)
  const label = nextLabel(state, hideCredentials(stepText(state, context, step)), step.range)
  const shown = historyText(state, context, copying)
  const add = (op: Op, source: readonly VertexIndex[]): void => {
    const vertex = context.graph.add(op, [...rootInputs(state), ...source], label, state.platform)
    addHistory(state, shown, advance(state, vertex))
  }
  const scratch = (): boolean => state.root === undefined
  if (copying.sources.length > 0) {
    const { context: fromContext, vertex } = context.source(fromNames(step, context.file)[0])
    add(filesOp(copying, fromContext, scratch()), [vertex])
  }
  const checksum = checksumOf(state, context, copying)
  for (const remote of copying.remotes) {
    if (remote.kind === 'git') {
      const vertex = context.graph.git(withFlags(remote.address, instruction, checksum, copying.at), step.range)
      add(repositoryOp(copying, remote.address.url, scratch()), [vertex])
      continue
    }
    const digest = checksum === undefined ? undefined : locate(copying.at, () => parseDigest(checksum))
    const fetched = context.graph.http(remote.url, digest, step.range)
    add(downloadOp(copying, fetched.name, scratch()), [fetched.vertex])
  }
  if (instruction.heredocs.length > 0) add(inlineOp(state, context, copying, scratch()), [])
}

function readCopy(state: StageState, context: WalkContext, step: StageStep, instruction: CopyInstruction): Copying {
  const at = { file: context.file, range: step.range }
  const words = instruction.sources.map(source => expand(state, context, source, at))
  const remotes = instruction.from === undefined ? locate(at, () => words.map(remoteSourceOf)) : []
  const [remote] = remotes.filter(each => each !== undefined)
  if (instruction.kind === 'copy' && remote !== undefined) throw notForCopy(remote, at)
  return {
    instruction,
    at,
    sources: words.filter((_, n) => remotes[n] === undefined),
    remotes: remotes.filter(each => each !== undefined),
    destination: destinationOf(state.config.WorkingDir, expand(state, context, instruction.destination, at)),
    chown: ownerOf(instruction.chown && expand(state, context, instruction.chown, at), at),
    chmod: permissionsOf(instruction.chmod && expand(state, context, instruction.chmod, at), at),
    excludes: instruction.excludes.map(exclude => expand(state, context, exclude, at)),
  }
}

function notForCopy(remote: RemoteSource, at: SourceSpot): Error {
  const [what, name] =
    remote.kind === 'git' ? ['Git repositories', remote.address.url] : ['URLs', hideCredentials(remote.url)]
  return planError('PLAN_INVALID', `copying ${name}: COPY does not take ${what}`, at, { hint: 'use ADD' })
}

/** A name that can only be a directory's ends in a slash: `dir/`, `.`, `..`, `dir/.`, and nothing at all. */
function destinationOf(workdir: string | undefined, written: string): string {
  const path = resolveInside(workdir, written)
  return path !== '/' && /(^|\/)\.{0,2}$/.test(written) ? `${path}/` : path
}

function filesOp(copying: Copying, fromContext: boolean, scratch: boolean): Op {
  const { instruction, destination, chown, chmod, excludes } = copying
  return {
    type: 'copy',
    scratch,
    sources: copying.sources.map(source => copySource(source, fromContext, copying.at)),
    destination,
    chown,
    chmod,
    unpackArchives: instruction.kind === 'add' && instruction.unpack !== false,
    fromContext,
    excludes,
    link: instruction.link,
    parents: instruction.parents,
  }
}

function downloadOp(copying: Copying, name: string, scratch: boolean): Op {
  const { instruction, destination, chown, chmod } = copying
  const source = { pattern: name, wildcard: false, original: name }
  return {
    type: 'copy',
    scratch,
    sources: [source],
    destination,
    chown,
    chmod,
    unpackArchives: instruction.unpack === true,
    fromContext: true,
    excludes: [],
    link: instruction.link,
    parents: false,
  }
}

/** What is in the repository, not the directory that it is checked out into. */
function repositoryOp(copying: Copying, url: string, scratch: boolean): Op {
  const { instruction, destination, chown, chmod, excludes } = copying
  return {
    type: 'copy',
    scratch,
    sources: [{ pattern: '', wildcard: false, original: url }],
    destination,
    chown,
    chmod,
    unpackArchives: false,
    fromContext: true,
    excludes,
    link: instruction.link,
    parents: false,
  }
}

function inlineOp(state: StageState, context: WalkContext, copying: Copying, scratch: boolean): Op {
  const { instruction, destination, chown, chmod, at } = copying
  const contentOf = (heredoc: Heredoc): string =>
    heredoc.expand ? expand(state, context, heredoc.content, at, { skipQuotes: true }) : heredoc.content
  const files = instruction.heredocs.map(heredoc => ({ name: heredoc.name, content: contentOf(heredoc) }))
  return { type: 'write', scratch, files, destination, chown, chmod }
}

/** In a stage or an image `..` ends at the root; out of the context it is refused, as nobody can mean the root there. */
function copySource(source: string, context: boolean, at: SourceSpot): CopySource {
  const relative = source.replace(/^\/+/, '')
  if (context && /^\.\.(\/|$)/.test(posix.normalize(relative || '.')))
    throw planError('PLAN_INVALID', `copying ${source}: it lies outside the build context`, at, {
      hint: 'sources are relative to the build context, the folder given to the build',
    })
  const pattern = resolveInside('/', relative).slice(1)
  return { pattern, wildcard: hasWildcard(pattern), original: source }
}

function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern.replace(/\\./gs, ''))
}

function checksumOf(state: StageState, context: WalkContext, copying: Copying): string | undefined {
  const { instruction, at, remotes, sources } = copying
  if (instruction.checksum === undefined) return undefined
  if (remotes.length !== 1 || sources.length > 0 || instruction.heredocs.length > 0)
    throw planError('PLAN_INVALID', 'reading ADD --checksum: expected exactly one source, a URL or a Git repository', at)
  return expand(state, context, instruction.checksum, at)
}

/** BuildKit names neither --from nor --link here. */
function historyText(state: StageState, context: WalkContext, copying: Copying): string {
  const { instruction, chown, chmod, at } = copying
  const flags = [chown === undefined ? '' : ` --chown=${chown}`, chmod === undefined ? '' : ` --chmod=${chmod}`]
  const sources = [
    ...instruction.sources.map(source => expand(state, context, source, at)),
    ...instruction.heredocs.map(heredoc => `<<${heredoc.name}`),
  ]
  const destination = expand(state, context, instruction.destination, at)
  const named = hideCredentials([...sources, destination].join(' '))
  return `${instruction.kind.toUpperCase()}${flags.join('')} ${named} # buildkit`
}
