import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import type { LayerErrorCode } from '../layer-error.ts'

/** The directory a path lies in; of `/` it is `/`. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}

/** A path's last component; of `/` it is empty. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function joinPath(dir: string, name: string): string {
  return dir === '/' ? `/${name}` : `${dir}/${name}`
}

/** `path` and what lies above it up to `/`, nearest first, without itself. */
export function* ancestorsOf(path: string): Generator<string> {
  while (path !== '/') {
    path = parentOf(path)
    yield path
  }
}

/** Guards the host: a tree's methods take only what they say they take. Throws `TREE_INVALID_PATH`. */
export function assertTreePath(path: string): void {
  const fine = path === '/' || (path.startsWith('/') && !path.endsWith('/') && !/\/\/|\/\.\.?(\/|$)|\0/.test(path))
  if (!fine)
    throw new TareError<LayerErrorCode>(
      'TREE_INVALID_PATH',
      `using path ${printable(path)} in a tree: it is not absolute and cleaned`,
    )
}

export function notFound(doing: string, path: string): TareError<LayerErrorCode> {
  return new TareError('TREE_NOT_FOUND', `${doing} ${printable(path)}: there is no such file or directory`, {
    facts: { path },
  })
}

export function notADirectory(doing: string, path: string): TareError<LayerErrorCode> {
  return new TareError('TREE_NOT_A_DIRECTORY', `${doing} ${printable(path)}: it is not a directory`, {
    facts: { path },
  })
}
