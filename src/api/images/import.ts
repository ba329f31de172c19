import { createReadStream } from 'node:fs'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { filterProgram } from '../../host/index.ts'
import { imageConfigBytes, importedConfig } from '../../image/index.ts'
import { extractArchive, openArchive } from '../../layer/index.ts'
import { type Bytes, hostPlatform, type Platform, parsePlatform, type RunConfig } from '../../oci/index.ts'
import { planBuild } from '../../plan/index.ts'
import type { StoredImage } from '../../store/index.ts'
import { apiError } from '../errors.ts'
import { Workspace, type WorkspaceOptions } from '../workspace.ts'
import { fullName } from './reference.ts'

export interface ImportOptions extends WorkspaceOptions {
  /** A root file system as a tar archive, compressed or not: its path, or its bytes. */
  readonly source: string | Bytes
  readonly name?: string | undefined
  readonly platform?: string | undefined
  readonly message?: string | undefined
  /** Dockerfile instructions for the config: `CMD ["sh"]`, `ENV A=b` ... */
  readonly changes?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** `tare import FILE NAME`: one canonical layer with the archive's files. Throws `IMPORT_NOT_A_TAR` and leaves nothing. */
export async function importImage(options: ImportOptions): Promise<StoredImage> {
  await using workspace = await Workspace.open(options)
  workspace.assertCanMakeRoots()
  await workspace.reap()
  const name = options.name === undefined ? undefined : fullName(options.name)
  const platform = options.platform === undefined ? hostPlatform() : parsePlatform(options.platform)
  const layer = await importLayer(workspace, options)
  const config = importedConfig({
    platform,
    diffId: layer.diffId,
    createdMs: Date.now(),
    source: typeof options.source === 'string' ? options.source : '-',
    message: options.message,
    config: await changedConfig(options.changes ?? [], platform),
  })
  const image = await workspace.store.images.record({
    configBytes: imageConfigBytes(config),
    uncompressedBytes: new Map([[layer.diffId, layer.uncompressedBytes]]),
  })
  if (name !== undefined) workspace.store.images.tag(image.id, name)
  return workspace.store.images.get(image.id) ?? image
}

async function importLayer(workspace: Workspace, { source, signal }: ImportOptions) {
  const bytes = typeof source === 'string' ? createReadStream(source, { highWaterMark: 1 << 20 }) : source
  const archive = await openArchive(bytes, { filter: filterProgram, signal })
  if (!archive) {
    throw apiError('IMPORT_NOT_A_TAR', `importing ${nameOf(source)}: not a tar archive`)
  }
  await using active = await workspace.snapshotter.prepare(undefined)
  await extractArchive(archive.tar, active.tree, '/', { mtime: Math.floor(Date.now() / 1000), signal })
  const snapshot = await active.commit({ signal })
  if (!snapshot) throw apiError('IMPORT_NOT_A_TAR', `importing ${nameOf(source)}: the archive is empty`)
  workspace.store.lease().hold('snapshot', snapshot.id)
  return snapshot
}

function nameOf(source: ImportOptions['source']): string {
  return typeof source === 'string' ? source : 'standard input'
}

/** What may be said with --change: instructions that only touch the config. */
const CHANGES = /^\s*(CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\s/i

async function changedConfig(changes: readonly string[], platform: Platform): Promise<RunConfig | undefined> {
  if (changes.length === 0) return undefined
  for (const change of changes) {
    if (!CHANGES.test(change))
      throw apiError(
        'IMPORT_INVALID_CHANGE',
        `reading --change ${JSON.stringify(change)}: not an instruction that changes the config only`,
      )
  }
  const dockerfile = parseDockerfile(['FROM scratch', ...changes].join('\n'), '--change')
  const noImages = { image: () => Promise.reject(new TypeError('a change names no image')) }
  const plan = await planBuild(dockerfile, { buildArgs: {}, platform, buildPlatform: platform }, noImages)
  return plan.config.config
}
