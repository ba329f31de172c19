import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { posix } from 'node:path'
import { readTar, type TarEntry, type TarHeader } from '../../../src/layer/index.ts'
import { readAll } from '../../../src/testkit/read-all.ts'

/** One path of an image's file system; hard links share the object. */
export interface FlatFile {
  readonly type: TarHeader['type']
  readonly mode: number
  readonly owner: string
  readonly mtime: number
  readonly content: string | undefined
  readonly link: string | undefined
  readonly device: string | undefined
  readonly xattrs: Readonly<Record<string, string>>
}

export type FlatFiles = Map<string, FlatFile>

/** Puts a layer's tar over `files`, whiteouts applied. Written apart from layer/apply, which it is to check. */
export async function applyLayerTar(files: FlatFiles, tar: string): Promise<void> {
  const fresh = new Map<string, FlatFile>()
  const links: { path: string; target: string }[] = []
  const gone: string[] = []
  const emptied: string[] = []
  for await (const entry of readTar(createReadStream(tar))) {
    const path = posix.join('/', entry.header.name).replace(/(.)\/$/, '$1')
    const name = posix.basename(path)
    if (name === '.wh..wh..opq') emptied.push(posix.dirname(path))
    else if (name.startsWith('.wh.')) gone.push(posix.join(posix.dirname(path), name.slice(4)))
    else if (entry.header.type === 'hardlink') links.push({ path, target: posix.join('/', entry.header.linkname) })
    else fresh.set(path, await flatFile(entry))
  }
  for (const path of emptied) removeBelow(files, path)
  for (const path of gone) remove(files, path)
  for (const [path, file] of fresh) put(files, path, file)
  for (const { path, target } of links) {
    const file = files.get(target)
    if (!file) throw new Error(`reading ${tar}: hard link ${path} to ${target}, which is not there`)
    put(files, path, file)
  }
}

async function flatFile({ header, content }: TarEntry): Promise<FlatFile> {
  const { type } = header
  const special = type === 'char' || type === 'block'
  return {
    type,
    mode: type === 'symlink' ? 0o777 : header.mode,
    owner: `${header.uid}:${header.gid}`,
    mtime: header.mtime,
    content: type === 'file' ? describeContent(await readAll(content)) : undefined,
    link: type === 'symlink' ? header.linkname : undefined,
    device: special ? header.device.join(':') : undefined,
    xattrs: Object.fromEntries([...header.xattrs].map(([name, value]) => [name, Buffer.from(value).toString('hex')])),
  }
}

/** Short texts stand as they are, so that a difference can be read. */
function describeContent(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const readable = bytes.length <= 4000 && Buffer.from(text).equals(bytes) && !text.includes('\0')
  return readable ? text : `sha256:${createHash('sha256').update(bytes).digest('hex')} ${bytes.length}`
}

function put(files: FlatFiles, path: string, file: FlatFile): void {
  if (!(file.type === 'dir' && files.get(path)?.type === 'dir')) removeBelow(files, path)
  files.set(path, file)
}

function remove(files: FlatFiles, path: string): void {
  removeBelow(files, path)
  files.delete(path)
}

function removeBelow(files: FlatFiles, path: string): void {
  const prefix = path === '/' ? '/' : `${path}/`
  for (const each of [...files.keys()]) if (each.startsWith(prefix) && each !== '/') files.delete(each)
}
