import { hideCredentials } from '../base/hide-credentials.ts'
import type { CopyInstruction } from '../dockerfile/index.ts'
import { linkOf, ownerOf, permissionsOf } from './copy-flags.ts'
import { inlinePart, PartList } from './copy-parts.ts'
import { fromNames } from './from-names.ts'
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
  readonly written: string
  readonly destination: string
  readonly chown: string | undefined
  readonly chmod: string | undefined
}

/** One vertex, whatever the sources are: files, then inline files, in the order they are written. */
export function walkCopy(state: StageState, context: WalkContext, step: StageStep, instruction: CopyInstruction): void {
  const copying = readCopy(state, context, step, instruction)
  const { at, destination, chown, chmod } = copying
  const label = nextLabel(state, hideCredentials(stepText(state, context, step)), step.range)
  const root = rootInputs(state)
  const parts = partsOf(state, context, step, copying, new PartList(root))
  const op = {
    type: 'copy' as const,
    scratch: root.length === 0,
    parts: parts.all,
    destination,
    chown,
    chmod,
    excludes: instruction.excludes.map(exclude => expand(state, context, exclude, at)),
    link: instruction.link && linkOf(chown, chmod),
  }
  const vertex = context.graph.add(op, parts.inputs, label, state.platform)
  addHistory(state, historyText(copying), advance(state, vertex))
}

function readCopy(state: StageState, context: WalkContext, step: StageStep, instruction: CopyInstruction): Copying {
  const at = { file: context.file, range: step.range }
  const written = expand(state, context, instruction.destination, at)
  return {
    instruction,
    at,
    sources: instruction.sources.map(source => expand(state, context, source, at)),
    written,
    destination: destinationOf(state.config.WorkingDir, written),
    chown: ownerOf(instruction.chown && expand(state, context, instruction.chown, at), at),
    chmod: permissionsOf(instruction.chmod && expand(state, context, instruction.chmod, at), at),
  }
}

function partsOf(
  state: StageState,
  context: WalkContext,
  step: StageStep,
  { instruction, sources, at }: Copying,
  parts: PartList,
): PartList {
  const checksum = instruction.checksum && expand(state, context, instruction.checksum, at)
  for (const source of sources) {
    const remote = instruction.from === undefined ? remoteAt(source, instruction, at) : undefined
    if (remote) parts.addRemote(remote, { instruction, checksum, at, graph: context.graph })
    else parts.addFile(source, { instruction, from: context.source(fromNames(step, context.file)[0]) })
  }
  if (checksum !== undefined && (parts.remotes !== 1 || sources.length > 1 || instruction.heredocs.length > 0))
    throw planError('PLAN_INVALID', 'reading ADD --checksum: expected exactly one source, a URL or a repository', at)
  for (const heredoc of instruction.heredocs)
    parts.all.push(inlinePart(heredoc, content => expand(state, context, content, at, { skipQuotes: true })))
  return parts
}

function remoteAt(source: string, instruction: CopyInstruction, at: SourceSpot): RemoteSource | undefined {
  const remote = locate(at, () => remoteSourceOf(source))
  if (remote === undefined || instruction.kind === 'add') return remote
  const [what, name] =
    remote.kind === 'git' ? ['Git repositories', remote.address.url] : ['URLs', hideCredentials(remote.url)]
  throw planError('PLAN_INVALID', `copying ${name}: COPY does not take ${what}`, at, { hint: 'use ADD' })
}

/** A name that can only be a directory's ends in a slash: `dir/`, `.`, `..`, `dir/.`, and nothing at all. */
function destinationOf(workdir: string | undefined, written: string): string {
  const path = resolveInside(workdir, written)
  return path !== '/' && /(^|\/)\.{0,2}$/.test(written) ? `${path}/` : path
}

/** BuildKit names neither --from nor --link nor --exclude here. */
function historyText({ instruction, sources, written, chown, chmod }: Copying): string {
  const flags = [
    ...(instruction.parents ? ['--parents'] : []),
    ...(chown === undefined ? [] : [`--chown=${chown}`]),
    ...(chmod === undefined ? [] : [`--chmod=${chmod}`]),
  ]
  const inline = instruction.heredocs.map(heredoc => `<<${heredoc.name}`)
  const words = [instruction.kind.toUpperCase(), ...flags, ...sources, ...inline, written]
  return `${hideCredentials(words.join(' '))} # buildkit`
}
