import { contextUse as addUp } from '../analysis/index.ts'
import { suggest } from '../base/suggest.ts'
import { type Dockerfile, type IgnoreMatcher, parseDockerfile } from '../dockerfile/index.ts'
import { ContextTree, takenPaths } from '../engine/index.ts'
import { familiarName, hostPlatform, parsePlatform, parseReference, type ResolvedImage } from '../oci/index.ts'
import { type BuildPlan, planBuild, type Vertex } from '../plan/index.ts'
import type { ContextFile, ContextUse } from '../record/index.ts'
import { contextAddress } from './build/inputs/context-address.ts'
import { findIgnore, NOTHING_IGNORED } from './build/inputs/ignore-file.ts'
import { readDockerfile } from './build/inputs/local-inputs.ts'
import { unknownImage } from './check-plan.ts'
import { apiError } from './errors.ts'
import { findStored } from './images/resolve.ts'
import { hasStore, Workspace, type WorkspaceOptions } from './workspace.ts'

/** What `tare context ls` takes. */
export interface ContextUseOptions extends WorkspaceOptions {
  /** A directory. */
  readonly context: string
  /** Path of the Dockerfile, `<context>/Dockerfile` when not given. */
  readonly dockerfile?: string | undefined
  /** Only these files and directories of the context, relative to it; all when empty. Sums are of everything. */
  readonly paths?: readonly string[] | undefined
  readonly target?: string | undefined
  readonly platform?: string | undefined
  readonly buildArgs?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Which steps of a build take which files of its context, and why a file is in or out. Nothing is pulled or run.
 * Throws what reading, parsing and planning throw, and `CONTEXT_NO_FILE` for a path that is not there.
 */
export async function contextUse(options: ContextUseOptions): Promise<ContextUse> {
  const signal = options.signal ?? new AbortController().signal
  const directory = localDirectory(options.context)
  const source = readDockerfile(directory, options.dockerfile)
  const dockerfile = parseDockerfile(source.bytes, source.name)
  const ignore = findIgnore(directory, source.path)
  const { plan, unknownBases } = await planFor(dockerfile, options)
  const tree = new ContextTree(directory, ignore.matcher)
  const takers = await takersOf(plan, tree, signal)
  const use = addUp({
    context: options.context,
    ignoreFile: ignore.name,
    steps: takers.map(({ text, line }) => ({ text, line })),
    files: allFiles(directory, ignore.matcher, takers),
    commands: plan.vertices.flatMap(({ op }) => (op.type === 'exec' ? [op.args.join(' ')] : [])),
    unknownBases,
  })
  return { ...use, files: chosenFiles(use.files, options.paths ?? []) }
}

function localDirectory(context: string): string {
  const place = contextAddress(context)
  if (place.kind === 'directory') return place.directory
  throw apiError('BUILD_NO_CONTEXT', `listing context ${context}: expected a directory`, {
    hint: 'Files of a remote context can be listed once it is cloned or unpacked.',
  })
}

interface Taker {
  readonly text: string
  readonly line: number
  readonly paths: ReadonlySet<string>
}

async function takersOf(plan: BuildPlan, tree: ContextTree, signal: AbortSignal): Promise<Taker[]> {
  const takers: Taker[] = []
  for (const vertex of plan.vertices) {
    const input = contextInput(vertex, plan)
    if (vertex.op.type !== 'copy' || input < 0) continue
    const paths = await takenPaths(vertex.op, input, tree, signal)
    takers.push({ text: instructionText(vertex, plan), line: vertex.label.range?.startLine ?? 0, paths })
  }
  return takers
}

/** Files for a mount are a vertex of their own; the user knows the RUN. */
function instructionText({ label }: Vertex, plan: BuildPlan): string {
  if (!label.text.startsWith('[internal]')) return label.text
  const line = label.range?.startLine
  const run = plan.vertices.find(({ op, label: { range } }) => op.type === 'exec' && range?.startLine === line)
  return run?.label.text ?? label.text
}

function contextInput({ inputs }: Vertex, plan: BuildPlan): number {
  return inputs.findIndex(index => {
    const op = plan.vertices[index]?.op
    return op?.type === 'context' && op.name === 'context'
  })
}

/** Everything below the directory, what is kept out as well; in byte order. */
function allFiles(directory: string, ignore: IgnoreMatcher, takers: readonly Taker[]): ContextFile[] {
  const whole = new ContextTree(directory, NOTHING_IGNORED)
  const files: ContextFile[] = []
  const walk = (folder: string, state: IgnoreMatcher['root']): void => {
    for (const name of whole.readdir(folder)) {
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`
      const entry = whole.lstat(path)
      const verdict = ignore.matchChild(path.slice(1), state)
      if (entry?.type === 'dir') walk(path, verdict)
      else if (entry) files.push(fileOf(path, entry.size, verdict, takers))
    }
  }
  walk('/', ignore.root)
  return files
}

function fileOf(path: string, bytes: number, verdict: IgnoreMatcher['root'], takers: readonly Taker[]): ContextFile {
  const rule = verdict.rule && { pattern: verdict.rule.text, line: verdict.rule.line }
  return {
    path: path.slice(1),
    bytes,
    ...(rule && verdict.ignored ? { ignoredBy: rule } : {}),
    ...(rule && !verdict.ignored ? { broughtBackBy: rule } : {}),
    steps: takers.flatMap(({ paths }, index) => (paths.has(path) ? [index] : [])),
  }
}

function chosenFiles(files: readonly ContextFile[], wanted: readonly string[]): readonly ContextFile[] {
  if (wanted.length === 0) return files
  const clean = wanted.map(path => path.replace(/^(\.?\/+)+/, '').replace(/\/+$/, ''))
  const under = (file: ContextFile, path: string): boolean =>
    path === '' || path === '.' || file.path === path || file.path.startsWith(`${path}/`)
  for (const path of clean) if (!files.some(file => under(file, path))) throw noFile(path, files)
  return files.filter(file => clean.some(path => under(file, path)))
}

function noFile(path: string, files: readonly ContextFile[]): Error {
  const near = suggest(path, new Set(files.flatMap(file => [file.path, ...foldersOf(file.path)])))
  return apiError('CONTEXT_NO_FILE', `listing ${path}: no such file in the build context`, {
    hint: near === undefined ? 'Paths are relative to the context.' : `Did you mean ${near}?`,
    facts: { path },
  })
}

function foldersOf(path: string): string[] {
  const names = path.split('/')
  return names.slice(1).map((_, depth) => names.slice(0, depth + 1).join('/'))
}

/** Base images count as far as the store has them. */
async function planFor(
  dockerfile: Dockerfile,
  options: ContextUseOptions,
): Promise<{ readonly plan: BuildPlan; readonly unknownBases: readonly string[] }> {
  const buildPlatform = hostPlatform()
  const platform = options.platform === undefined ? buildPlatform : parsePlatform(options.platform)
  const { buildArgs = {}, target } = options
  await using workspace = hasStore(options) ? await Workspace.open(options) : undefined
  const unknown = new Set<string>()
  const image = async (reference: string, wanted: typeof platform): Promise<ResolvedImage> => {
    const found = workspace && findStored(workspace, reference, wanted)
    if (!found) unknown.add(familiarName(parseReference(reference)))
    return found?.resolved ?? unknownImage(reference, wanted)
  }
  const plan = await planBuild(
    dockerfile,
    { buildArgs, target, platform, buildPlatform, allowInsecure: true },
    { image },
  )
  return { plan, unknownBases: [...unknown] }
}
