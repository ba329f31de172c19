import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import type { LayerErrorCode } from '../layer-error.ts'

/**
 * A name in an archive as components below the root it is unpacked into: absolute names are made relative, `.` and
 * empty components dropped. Throws `LAYER_INVALID_NAME` for `..` anywhere.
 */
export function entryComponents(name: string): string[] {
  const components = name.split('/').filter(component => component !== '' && component !== '.')
  if (components.includes('..')) throw invalidName(name, 'it has .. in it')
  return components
}

export function invalidName(name: string, cause: string): TareError<LayerErrorCode> {
  return new TareError('LAYER_INVALID_NAME', `unpacking ${printable(name)}: ${cause}`, { facts: { path: name } })
}

export function invalidLink(name: string, target: string, cause: string): TareError<LayerErrorCode> {
  return new TareError(
    'LAYER_INVALID_LINK',
    `unpacking hard link ${printable(name)} to ${printable(target)}: ${cause}`,
    {
      facts: { path: name, target },
    },
  )
}

/** What a name in a layer stands for (image-spec layer.md#whiteouts). */
export type LayerName =
  | { readonly kind: 'entry'; readonly parents: readonly string[]; readonly name: string }
  | { readonly kind: 'root' }
  | { readonly kind: 'whiteout'; readonly parents: readonly string[]; readonly name: string }
  | { readonly kind: 'opaque'; readonly parents: readonly string[] }
  /** AUFS's own (`.wh..wh.plnk`, `.wh..wh.aufs`), with all in it. */
  | { readonly kind: 'ignored' }

/** Throws `LAYER_INVALID_NAME` for `..`, for whiteouts of nothing, and for names inside of whiteouts. */
export function parseLayerName(name: string): LayerName {
  const parents = entryComponents(name)
  const base = parents.pop()
  if (base === undefined) return { kind: 'root' }
  if (parents.some(parent => parent.startsWith('.wh..wh.'))) return { kind: 'ignored' }
  if (parents.some(parent => parent.startsWith('.wh.'))) throw invalidName(name, 'it lies in a whiteout')
  if (base === '.wh..wh..opq') return { kind: 'opaque', parents }
  if (base.startsWith('.wh..wh.')) return { kind: 'ignored' }
  if (!base.startsWith('.wh.')) return { kind: 'entry', parents, name: base }
  const hidden = base.slice(4)
  if (hidden === '' || hidden === '.' || hidden === '..') throw invalidName(name, 'it is a whiteout of nothing')
  return { kind: 'whiteout', parents, name: hidden }
}
