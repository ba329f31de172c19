import { closeSync, readFileSync } from 'node:fs'
import { type Dockerfile, parseDockerfile } from '../../../dockerfile/index.ts'
import type { ContextTree } from '../../../engine/index.ts'
import { type ResolvedPath, resolveInRoot } from '../../../layer/index.ts'
import { noDockerfile } from './no-dockerfile.ts'

/** A Dockerfile within a context that came from elsewhere; links in it end inside. Throws `BUILD_NO_DOCKERFILE`. */
export function readTreeDockerfile(tree: ContextTree, asked: string | undefined): Dockerfile {
  const names = asked === undefined || asked === 'Dockerfile' ? ['Dockerfile', 'dockerfile'] : [asked]
  const found = names.map(name => resolveInRoot(tree, name)).find(isFile)
  if (!found) throw noDockerfile(asked, 'no such file in the build context', tree.readdir('/'), name => name)
  const fd = tree.open(found.path)
  try {
    return parseDockerfile(readFileSync(fd), asked ?? 'Dockerfile')
  } finally {
    closeSync(fd)
  }
}

function isFile({ entry }: ResolvedPath): boolean {
  return entry?.type === 'file'
}
