import { suggest } from '../base/suggest.ts'
import { familiarName, parseReference } from '../oci/index.ts'

/** What `--build-context NAME=...` stands for, as far as a plan has to know. */
export type NamedContext =
  /** A directory, a Git repository, an archive: read by the context's name. `step` is what the user sees of it. */
  | { readonly type: 'files'; readonly step: string }
  /** `docker-image://`, `oci-layout://`: the resolver is asked by the context's name. */
  | { readonly type: 'image'; readonly reference: string; readonly step: string }
  /** `docker-image://scratch`. */
  | { readonly type: 'scratch' }
  /** `target:STAGE`: a stage of the same Dockerfile. */
  | { readonly type: 'stage'; readonly stage: string }

/** By the names that `contextName` gives. */
export type NamedContexts = ReadonlyMap<string, NamedContext>

export type FoundContext = NamedContext & { readonly name: string }

export const NO_CONTEXTS: NamedContexts = new Map()

/**
 * The name that a context is found by: `alpine` for `alpine:latest` and `docker.io/library/alpine` too, as BuildKit has
 * it. Throws `OCI_INVALID_REFERENCE`.
 */
export function contextName(text: string): string {
  return familiarName(parseReference(text)).replace(/:latest$/, '')
}

/** What takes the place of a stage or image; never of `scratch` and of `context`, which are names of the language. */
export function findContext(name: string, contexts: NamedContexts): FoundContext | undefined {
  if (contexts.size === 0 || isReservedName(name)) return undefined
  const key = keyOf(name)
  const found = key === undefined ? undefined : contexts.get(key)
  return found && { ...found, name: key as string }
}

export function isReservedName(name: string): boolean {
  return /^(scratch|context)$/i.test(name)
}

function keyOf(name: string): string | undefined {
  try {
    return contextName(name)
  } catch {
    return undefined
  }
}

/** Those that nothing in the Dockerfile names, each with the name that may have been meant. */
export function unusedContexts(
  contexts: NamedContexts,
  names: readonly string[],
): { readonly name: string; readonly near: string | undefined }[] {
  const used = new Set(names.map(keyOf))
  return [...contexts.keys()]
    .filter(name => !used.has(name))
    .map(name => ({
      name,
      near: suggest(
        name,
        names.filter(each => !isReservedName(each)),
      ),
    }))
}
