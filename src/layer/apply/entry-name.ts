import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import { encodeText } from '../../base/text.ts'
import type { LayerErrorCode } from '../layer-error.ts'

/** What Linux takes, in bytes (path_resolution(7)): PATH_MAX with its NUL, NAME_MAX. */
const MOST_PATH_BYTES = 4095
const MOST_NAME_BYTES = 255

/**
 * A name in an archive as components below the root it is unpacked into: absolute names are made relative, `.` and
 * empty components dropped. Throws `LAYER_INVALID_NAME` for `..` anywhere, and for names longer than any file's.
 */
export function entryComponents(name: string): string[] {
  const components = name.split('/').filter(component => component !== '' && component !== '.')
  if (components.includes('..')) throw invalidName(name, 'it has .. in it')
  if (isLonger(name, MOST_PATH_BYTES) || components.some(component => isLonger(component, MOST_NAME_BYTES)))
    throw invalidName(`${name.slice(0, 80)}...`, `its name is too long, ${encodeText(name).length} bytes`)
  return components
}

/** No UTF-16 unit is more than three bytes. */
function isLonger(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && encodeText(text).length > bytes
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
