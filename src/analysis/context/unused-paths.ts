import type { ContextFile } from '../../record/index.ts'

/** A path of which no step takes anything: a file, or a directory with all it holds. */
export interface UnusedPath {
  readonly path: string
  readonly files: number
  readonly bytes: number
}

interface Folder {
  readonly path: string
  readonly folders: Map<string, Folder>
  readonly unused: ContextFile[]
  /** Files in the context at or below it, and those among them that no step takes. */
  visible: number
  left: number
  leftBytes: number
}

/** The fewest paths that hold every file that is in the context and in no step; the largest first. */
export function unusedPaths(files: readonly ContextFile[]): UnusedPath[] {
  const root = newFolder('')
  for (const file of files) if (file.ignoredBy === undefined) addFile(root, file)
  const found: UnusedPath[] = []
  collect(root, found)
  return found.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
}

function newFolder(path: string): Folder {
  return { path, folders: new Map(), unused: [], visible: 0, left: 0, leftBytes: 0 }
}

function addFile(root: Folder, file: ContextFile): void {
  let folder = root
  count(folder, file)
  const names = file.path.split('/')
  for (const name of names.slice(0, -1)) {
    const path = folder.path === '' ? name : `${folder.path}/${name}`
    const next = folder.folders.get(name) ?? newFolder(path)
    folder.folders.set(name, next)
    folder = next
    count(folder, file)
  }
  if (file.steps.length === 0) folder.unused.push(file)
}

function count(folder: Folder, file: ContextFile): void {
  folder.visible++
  if (file.steps.length > 0) return
  folder.left++
  folder.leftBytes += file.bytes
}

function collect(folder: Folder, found: UnusedPath[]): void {
  if (folder.left === 0) return
  if (folder.left === folder.visible && folder.path !== '') {
    found.push({ path: folder.path, files: folder.left, bytes: folder.leftBytes })
    return
  }
  for (const { path, bytes } of folder.unused) found.push({ path, files: 1, bytes })
  for (const inner of folder.folders.values()) collect(inner, found)
}
