import * as fs from 'node:fs'
import { decodeText, toFsPath } from '../base/text.ts'
import { makeNode, setTimes, setXattr } from '../host/index.ts'
import type { NodeMeta, TreeWriter } from '../layer/index.ts'

/** A change of a tree as data, so that the same one can be made in different ways. Paths are absolute in the tree. */
export type TreeEdit =
  | { readonly kind: 'file'; readonly path: string; readonly content: Uint8Array; readonly meta: NodeMeta }
  | { readonly kind: 'dir'; readonly path: string; readonly meta: NodeMeta }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string; readonly meta: NodeMeta }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'fifo' | 'char'; readonly path: string; readonly meta: NodeMeta }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'meta'; readonly path: string; readonly meta: Partial<NodeMeta> }

/** /dev/null's numbers. */
const DEVICE = [1, 3] as const

/** Makes the change through a TreeWriter. */
export function editWriter(writer: TreeWriter, edit: TreeEdit): void {
  switch (edit.kind) {
    case 'file':
      return writeFile(writer, edit.path, edit.content, edit.meta)
    case 'dir':
      writer.mkdir(edit.path, edit.meta)
      return
    case 'symlink':
      return writer.symlink(edit.path, edit.target, edit.meta)
    case 'link':
      return writer.link(edit.path, edit.target)
    case 'remove':
      return writer.remove(edit.path)
    case 'meta':
      return writer.setMeta(edit.path, edit.meta)
    default:
      return writer.mknod(edit.path, edit.kind, edit.kind === 'char' ? DEVICE : [0, 0], edit.meta)
  }
}

function writeFile(writer: TreeWriter, path: string, content: Uint8Array, meta: NodeMeta): void {
  const fd = writer.createFile(path)
  fs.writeSync(fd, content)
  fs.fchownSync(fd, meta.uid, meta.gid)
  fs.fchmodSync(fd, meta.mode)
  fs.futimesSync(fd, meta.mtime, meta.mtime)
  fs.closeSync(fd)
  if (meta.xattrs?.size) writer.setMeta(path, { xattrs: meta.xattrs })
}

/** Makes the change with plain system calls below a host directory, as a program would: of a merged overlay for instance. */
export function editDirectory(hostDir: string, edit: TreeEdit): void {
  const host = hostDir + edit.path
  const fsPath = toFsPath(host)
  if (edit.kind === 'meta') return changeMeta(host, edit.meta)
  if (edit.kind === 'dir' && fs.lstatSync(fsPath, { throwIfNoEntry: false })?.isDirectory()) return
  removeAll(host)
  if (edit.kind === 'remove') return
  if (edit.kind === 'link') return fs.linkSync(toFsPath(hostDir + edit.target), fsPath)
  if (edit.kind === 'file') fs.writeFileSync(fsPath, edit.content)
  else if (edit.kind === 'dir') fs.mkdirSync(fsPath)
  else if (edit.kind === 'symlink') fs.symlinkSync(toFsPath(edit.target), fsPath)
  else makeNode(host, edit.kind, 0o600, edit.kind === 'char' ? DEVICE : [0, 0])
  changeMeta(host, edit.meta)
}

function changeMeta(host: string, meta: Partial<NodeMeta>): void {
  const before = fs.lstatSync(toFsPath(host))
  fs.lchownSync(toFsPath(host), meta.uid ?? before.uid, meta.gid ?? before.gid)
  if (!before.isSymbolicLink()) fs.chmodSync(toFsPath(host), meta.mode ?? before.mode & 0o7777)
  for (const [name, value] of meta.xattrs ?? []) setXattr(host, name, value)
  if (meta.mtime !== undefined) setTimes(host, meta.mtime)
}

function removeAll(host: string): void {
  const stats = fs.lstatSync(toFsPath(host), { throwIfNoEntry: false })
  if (!stats) return
  if (!stats.isDirectory()) return fs.unlinkSync(toFsPath(host))
  const names = fs.readdirSync(toFsPath(host), { encoding: 'buffer' })
  for (const name of names) removeAll(`${host}/${decodeText(name)}`)
  fs.rmdirSync(toFsPath(host))
}
