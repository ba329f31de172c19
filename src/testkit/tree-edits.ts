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
  if (edit.kind === 'file') writeFile(writer, edit.path, edit.content, edit.meta)
  else if (edit.kind === 'dir') writer.mkdir(edit.path, edit.meta)
  else if (edit.kind === 'symlink') writer.symlink(edit.path, edit.target, edit.meta)
  else if (edit.kind === 'link') writer.link(edit.path, edit.target)
  else if (edit.kind === 'remove') writer.remove(edit.path)
  else if (edit.kind === 'meta') writer.setMeta(edit.path, edit.meta)
  else writer.mknod(edit.path, edit.kind, edit.kind === 'char' ? DEVICE : [0, 0], edit.meta)
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
  if (edit.kind === 'meta') changeMeta(host, edit.meta)
  else if (edit.kind !== 'dir' || !isDirectory(host)) replace(hostDir, host, edit)
}

function isDirectory(host: string): boolean {
  return fs.lstatSync(toFsPath(host), { throwIfNoEntry: false })?.isDirectory() ?? false
}

function replace(hostDir: string, host: string, edit: Exclude<TreeEdit, { kind: 'meta' }>): void {
  const fsPath = toFsPath(host)
  removeAll(host)
  if (edit.kind === 'link') fs.linkSync(toFsPath(hostDir + edit.target), fsPath)
  else if (edit.kind === 'file') fs.writeFileSync(fsPath, edit.content)
  else if (edit.kind === 'dir') fs.mkdirSync(fsPath)
  else if (edit.kind === 'symlink') fs.symlinkSync(toFsPath(edit.target), fsPath)
  else if (edit.kind !== 'remove') makeNode(host, edit.kind, 0o600, edit.kind === 'char' ? DEVICE : [0, 0])
  if (edit.kind !== 'link' && edit.kind !== 'remove') changeMeta(host, edit.meta)
}

function changeMeta(host: string, meta: Partial<NodeMeta>): void {
  const before = fs.lstatSync(toFsPath(host))
  fs.lchownSync(toFsPath(host), meta.uid ?? before.uid, meta.gid ?? before.gid)
  if (!before.isSymbolicLink()) fs.chmodSync(toFsPath(host), meta.mode ?? before.mode & 0o7777)
  for (const [name, value] of meta.xattrs ?? []) setXattr(host, name, value)
  if (meta.mtime !== undefined) setTimes(host, meta.mtime)
}

function removeAll(host: string): void {
  if (isDirectory(host)) {
    for (const name of fs.readdirSync(toFsPath(host), { encoding: 'buffer' })) removeAll(`${host}/${decodeText(name)}`)
    fs.rmdirSync(toFsPath(host))
  } else {
    fs.rmSync(toFsPath(host), { force: true })
  }
}
