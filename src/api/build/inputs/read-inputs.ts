import { readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { formatGitAddress, type GitAddress } from '../../../base/git-address.ts'
import { hideCredentials } from '../../../base/hide-credentials.ts'
import { type Dockerfile, parseDockerfile } from '../../../dockerfile/index.ts'
import type { ContextSource, ContextTree } from '../../../engine/index.ts'
import type { Bytes } from '../../../oci/index.ts'
import type { NamedContexts } from '../../../plan/index.ts'
import { apiError } from '../../errors.ts'
import { downloadFile } from '../download.ts'
import type { InternalSteps } from '../internal-step.ts'
import type { BuildOptions } from '../options.ts'
import { type ContextAddress, contextAddress, isHttpUrl } from './context-address.ts'
import { contextSources } from './context-sources.ts'
import { type MainInputs, readDockerfile, readLocalInputs } from './local-inputs.ts'
import { type NamedSources, namedSources, plannedContexts } from './named-sources.ts'
import { DOWNLOADED_NAME, type FetchTools, gitTree, httpTree } from './remote-tree.ts'
import { readStreamInputs } from './stream-inputs.ts'
import { readTreeDockerfile } from './tree-dockerfile.ts'

/** What a build reads before it plans. */
export interface BuildInputs {
  readonly dockerfile: Dockerfile
  /** The build context, `context`, and the named ones that are files. */
  readonly contexts: ReadonlyMap<string, ContextSource>
  readonly named: NamedContexts
}

/** Where a build reads from; what lies on this machine has been read. */
export interface LocatedInputs {
  readonly context: ContextAddress | { readonly kind: 'stream'; readonly bytes: Bytes }
  readonly dockerfile: string | Uint8Array | undefined
  readonly named: NamedSources
  readonly local: MainInputs | undefined
}

type InputChoice = Pick<BuildOptions, 'context' | 'dockerfile' | 'buildContexts'>

/** All that needs neither network nor store, so that it is said before anything is made. Throws as its parts do. */
export function locateInputs({ context, dockerfile, buildContexts }: InputChoice): LocatedInputs {
  const place = typeof context === 'string' ? contextAddress(context) : ({ kind: 'stream', bytes: context } as const)
  if (place.kind === 'stream' && dockerfile instanceof Uint8Array)
    throw apiError('BUILD_INVALID_OPTION', "invalid argument: can't use stdin for both build context and dockerfile")
  const elsewhere = place.kind !== 'directory' || (typeof dockerfile === 'string' && isHttpUrl(dockerfile))
  return {
    context: place,
    dockerfile,
    named: namedSources(buildContexts ?? {}),
    local: elsewhere ? undefined : readLocalInputs(place.directory, dockerfile),
  }
}

export interface InputTools extends FetchTools {
  readonly steps: InternalSteps
  readonly buildArgs: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Fetches what is not here. Throws as fetching, unpacking and parsing do, and `BUILD_NO_DOCKERFILE`. */
export async function readInputs(located: LocatedInputs, tools: InputTools): Promise<BuildInputs> {
  const { dockerfile, context } = located.local ?? (await mainInputs(located, tools))
  const contexts = contextSources(context, located.named, tools)
  return { dockerfile, contexts, named: plannedContexts(located.named) }
}

async function mainInputs(located: LocatedInputs, tools: InputTools): Promise<MainInputs> {
  const { context, dockerfile } = located
  if (typeof dockerfile === 'string' && isHttpUrl(dockerfile))
    return await mainInputs({ ...located, dockerfile: await downloadDockerfile(dockerfile, tools) }, tools)
  switch (context.kind) {
    case 'directory':
      return readLocalInputs(context.directory, dockerfile)
    case 'stream':
      return await streamInputs(context.bytes, dockerfile, tools)
    case 'git':
      return remoteInputs(await gitContext(context.address, tools), dockerfile)
    case 'http':
      return await httpInputs(context.url, dockerfile, tools)
  }
}

async function streamInputs(bytes: Bytes, dockerfile: LocatedInputs['dockerfile'], tools: InputTools) {
  const { workspace, steps, signal } = tools
  if (!(dockerfile instanceof Uint8Array)) return await readStreamInputs(bytes, dockerfile, workspace, steps, signal)
  const { context } = await readStreamInputs(bytes, undefined, workspace, steps, signal)
  return { context, dockerfile: parseDockerfile(dockerfile, 'Dockerfile') }
}

async function gitContext(address: GitAddress, tools: InputTools): Promise<ContextTree> {
  const { steps, buildArgs, signal } = tools
  const keepGitDir = address.keepGitDir || /^(1|t|true)$/i.test(buildArgs['BUILDKIT_CONTEXT_KEEP_GIT_DIR'] ?? '')
  return await steps.run(`[internal] load git source ${formatGitAddress(address)}`, () =>
    gitTree(tools, { ...address, keepGitDir }, signal),
  )
}

/** A download that is no archive is the Dockerfile, too, unless one was given. */
async function httpInputs(
  url: string,
  dockerfile: LocatedInputs['dockerfile'],
  tools: InputTools,
): Promise<MainInputs> {
  const { tree, plain } = await tools.steps.run('[internal] load remote build context', transfer =>
    httpTree(tools, url, transfer, tools.signal),
  )
  const given = dockerfile instanceof Uint8Array || (dockerfile !== undefined && isAbsolute(dockerfile))
  return plain && !given
    ? { context: tree, dockerfile: readTreeDockerfile(tree, DOWNLOADED_NAME) }
    : remoteInputs(tree, dockerfile)
}

/** A Dockerfile by its whole path lies on this machine, as in BuildKit, any other in the context. */
function remoteInputs(context: ContextTree, dockerfile: LocatedInputs['dockerfile']): MainInputs {
  return { context, dockerfile: remoteDockerfile(context, dockerfile) }
}

function remoteDockerfile(context: ContextTree, dockerfile: LocatedInputs['dockerfile']): Dockerfile {
  if (dockerfile instanceof Uint8Array) return parseDockerfile(dockerfile, 'Dockerfile')
  if (dockerfile === undefined || !isAbsolute(dockerfile)) return readTreeDockerfile(context, dockerfile)
  const { bytes, name } = readDockerfile(dockerfile, dockerfile)
  return parseDockerfile(bytes, name)
}

/** As much as buildx takes. */
const MAX_DOCKERFILE = 2 * 1024 * 1024

async function downloadDockerfile(url: string, { workspace, access, steps, signal }: InputTools): Promise<Uint8Array> {
  const shown = hideCredentials(url)
  const op = { type: 'http', url, name: 'Dockerfile', checksum: undefined } as const
  const { directory, name } = await steps.run(`[internal] load ${shown}`, () =>
    downloadFile(workspace, op, signal, access.env),
  )
  const path = join(directory, name)
  if (statSync(path).size > MAX_DOCKERFILE)
    throw apiError('BUILD_INVALID_OPTION', `reading Dockerfile ${shown}: it is larger than 2 MiB`, {
      facts: { url: shown },
    })
  return readFileSync(path)
}
