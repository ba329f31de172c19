import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../../../base/error.ts'
import { formatGitAddress } from '../../../base/git-address.ts'
import { hideCredentials } from '../../../base/hide-credentials.ts'
import { type Digest, isDigest, parseReference } from '../../../oci/index.ts'
import { contextName, isReservedName, type NamedContext, type NamedContexts } from '../../../plan/index.ts'
import { apiError } from '../../errors.ts'
import { type ContextAddress, remoteAddress } from './context-address.ts'

/** What a `--build-context` gives. */
export type NamedSource =
  | ContextAddress
  | { readonly kind: 'image'; readonly reference: string }
  | ({ readonly kind: 'layout' } & LayoutAddress)
  | { readonly kind: 'scratch' }
  | { readonly kind: 'target'; readonly stage: string }

/** `oci-layout://PATH[:TAG][@DIGEST]`. */
export interface LayoutAddress {
  readonly path: string
  /** `latest` when not given; a layout with one image needs none. */
  readonly tag: string
  readonly digest: Digest | undefined
}

/** By the names that a plan finds them by. */
export type NamedSources = ReadonlyMap<string, NamedSource>

/** Reads and checks all that can be without the network. Throws `BUILD_INVALID_OPTION`, `BUILD_NO_CONTEXT`. */
export function namedSources(contexts: Readonly<Record<string, string>>): NamedSources {
  return new Map(Object.entries(contexts).map(([name, value]) => [checkedName(name), namedSource(name, value)]))
}

function checkedName(name: string): string {
  if (isReservedName(name))
    throw apiError('BUILD_INVALID_OPTION', `invalid context name ${name}: it means something else in Dockerfiles`)
  try {
    return contextName(name)
  } catch (cause) {
    throw apiError('BUILD_INVALID_OPTION', `invalid context name ${name}: ${messageOf(cause)}`, { cause })
  }
}

function namedSource(name: string, value: string): NamedSource {
  const remote = remoteAddress(value)
  if (remote) return remote
  const [, scheme, rest = ''] = /^(docker-image:\/\/|oci-layout:\/\/|target:)(.*)$/s.exec(value) ?? []
  if (scheme === 'docker-image://') return imageSource(name, rest)
  if (scheme === 'oci-layout://') return { kind: 'layout', ...layoutAddress(name, rest) }
  if (scheme === 'target:') return { kind: 'target', stage: rest }
  return { kind: 'directory', directory: directoryOf(name, value) }
}

function imageSource(name: string, reference: string): NamedSource {
  if (reference === 'scratch') return { kind: 'scratch' }
  try {
    parseReference(reference)
    return { kind: 'image', reference }
  } catch (cause) {
    const message = `invalid build context ${name}=docker-image://${reference}: ${messageOf(cause)}`
    throw apiError('BUILD_INVALID_OPTION', message, { cause })
  }
}

function layoutAddress(name: string, text: string): LayoutAddress {
  const [, written = '', tag, digest] = /^([^:@]*)(?::([^@]*))?(?:@(.*))?$/s.exec(text) ?? []
  if (digest !== undefined && !isDigest(digest))
    throw apiError(
      'BUILD_INVALID_OPTION',
      `invalid build context ${name}=oci-layout://${text}: invalid digest ${digest}`,
    )
  return { path: directoryOf(name, written), tag: tag ?? 'latest', digest }
}

function directoryOf(name: string, path: string): string {
  const stat = path === '' ? undefined : statSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory()) return resolve(path)
  const reason = stat ? 'not a directory' : 'no such file or directory'
  throw apiError('BUILD_NO_CONTEXT', `failed to get build context ${name}: ${JSON.stringify(path)}: ${reason}`, {
    hint:
      path.startsWith('docker-image:') || path.startsWith('oci-layout:') ? 'Two slashes follow the colon.' : undefined,
    facts: { name, path },
  })
}

/** What a plan has to know of them; steps are called as BuildKit calls them. */
export function plannedContexts(sources: NamedSources): NamedContexts {
  return new Map([...sources].map(([name, source]) => [name, plannedContext(name, source)]))
}

function plannedContext(name: string, source: NamedSource): NamedContext {
  const step = (what: string): string => `[context ${name}] ${what}`
  switch (source.kind) {
    case 'directory':
      return { type: 'files', step: step('load from client') }
    case 'git':
      return { type: 'files', step: step(`load git source ${formatGitAddress(source.address)}`) }
    case 'http':
      return { type: 'files', step: step(hideCredentials(source.url)) }
    case 'image':
      return { type: 'image', reference: source.reference, step: step(source.reference) }
    case 'layout':
      return { type: 'image', reference: name, step: step('OCI load from client') }
    case 'scratch':
      return { type: 'scratch' }
    case 'target':
      return { type: 'stage', stage: source.stage }
  }
}
