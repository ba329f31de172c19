import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { NO_XATTRS, TAR_TRAILER, type TarHeader, tarHeader, tarPadding } from '../layer/index.ts'
import { type Bytes, type Digest, digestOf, type Image, type ImageConfig, type Layer } from '../oci/index.ts'
import { imageConfigBytes } from './config-bytes.ts'

/** A tar from names and contents; a header may be given in full for what no sane archive holds. */
export function tarOf(
  entries: readonly (readonly [name: string | Partial<TarHeader>, content?: Uint8Array | string | undefined])[],
): Buffer {
  const parts: Uint8Array[] = []
  for (const [name, content = ''] of entries) {
    const bytes = Buffer.from(content)
    const own = typeof name === 'string' ? { name } : name
    parts.push(tarHeader({ ...FILE, size: bytes.length, ...own }), bytes, new Uint8Array(tarPadding(bytes.length)))
  }
  return Buffer.concat([...parts, TAR_TRAILER])
}

const FILE: TarHeader = {
  name: '',
  linkname: '',
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  device: [0, 0],
  xattrs: NO_XATTRS,
}

/** A directory that goes away with the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'tare-image-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export function temporaryFile(content: Uint8Array): string {
  const path = join(temporaryDirectory(), 'archive.tar')
  writeFileSync(path, content)
  return path
}

export interface SmallImage {
  readonly image: Image
  readonly tars: readonly Buffer[]
  readonly diffIds: readonly Digest[]
}

/** An image whose layers hold one file each. */
export function smallImage(contents: readonly string[], more: Partial<ImageConfig> = {}): SmallImage {
  const tars = contents.map((content, i) => tarOf([[`file-${i}`, content]]))
  const diffIds = tars.map(tar => digestOf(tar))
  const config: ImageConfig = {
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-02T03:04:05Z',
    config: { Cmd: ['/file-0'], Env: ['A=b'] },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: diffIds.map((_, i) => ({ created_by: `COPY file-${i} / # test` })),
    ...more,
  }
  const configBytes = imageConfigBytes(config)
  const layers: Layer[] = tars.map((tar, i) => ({
    diffId: diffIds[i] as Digest,
    uncompressedBytes: tar.length,
    uncompressed: () => once(tar),
  }))
  return { image: { id: digestOf(configBytes), config, configBytes, layers }, tars, diffIds }
}

export async function* once(bytes: Uint8Array): Bytes {
  yield bytes
}

export async function collect(bytes: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}
