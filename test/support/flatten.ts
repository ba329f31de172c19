import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { runOrThrow } from '../../scripts/command.ts'
import type { TestStore } from './store.ts'

/** An image as another tool sees it: the config, and the file system with GNU tar's eyes. */
export interface FlatImage {
  readonly rootfs: string
  readonly config: { readonly config?: Readonly<Record<string, unknown>> }
}

/** Saves an image as a docker-archive and unpacks its layers, whiteouts applied, into `folder`. Needs root for owners. */
export async function flattenImage(store: TestStore, image: string, folder: string): Promise<FlatImage> {
  const archive = join(folder, 'archive')
  const rootfs = join(folder, 'rootfs')
  mkdirSync(archive, { recursive: true })
  mkdirSync(rootfs)
  const saved = await store.tare(['save', '-o', join(folder, 'image.tar'), image])
  if (saved.code !== 0) throw new Error(`saving ${image}: exit code ${saved.code}\n${saved.stderr}`)
  await runOrThrow('tar', ['-C', archive, '-xf', join(folder, 'image.tar')])
  const [manifest] = JSON.parse(readFileSync(join(archive, 'manifest.json'), 'utf8')) as {
    Config: string
    Layers: string[]
  }[]
  for (const layer of manifest!.Layers) await applyLayer(join(archive, layer), rootfs)
  return { rootfs, config: JSON.parse(readFileSync(join(archive, manifest!.Config), 'utf8')) }
}

async function applyLayer(layer: string, rootfs: string): Promise<void> {
  const { stdout } = await runOrThrow('tar', ['--quoting-style=literal', '-tf', layer])
  for (const name of stdout.split('\n')) applyWhiteout(name, rootfs)
  const flags = ['--exclude=.wh.*', '--numeric-owner', '--same-owner', '-p', '--xattrs', '--overwrite']
  await runOrThrow('tar', ['-C', rootfs, ...flags, '-xf', layer])
}

function applyWhiteout(name: string, rootfs: string): void {
  const marker = basename(name)
  if (!marker.startsWith('.wh.')) return
  const folder = join(rootfs, dirname(name))
  const gone = marker === '.wh..wh..opq' ? readdirSync(folder) : [marker.slice('.wh.'.length)]
  for (const each of gone) rmSync(join(folder, each), { recursive: true, force: true })
}
