import { chmodSync, chownSync } from 'node:fs'
import { openDirectoryTree, openOverlayWriter } from '../../layer/index.ts'
import { digestOf } from '../../oci/index.ts'
import type { PlannedCache } from '../../plan/index.ts'
import type { HeldCacheMount } from '../../store/index.ts'
import { applySelection } from '../copy/apply.ts'
import { selectSources } from '../copy/select.ts'
import { SelectionDigests } from '../copy/selection-digests.ts'
import { engineError } from '../errors.ts'
import { opTime } from '../ops/write-root.ts'
import { type FoundSource, findSource } from './bind.ts'
import type { MountContext, MountSource } from './mount-source.ts'

/** The directories of a RUN's cache mounts, by what they are known by. */
export type HeldCaches = ReadonlyMap<string, HeldCacheMount>

/**
 * Takes all cache mounts of a RUN, each once, in one order for everybody: two RUNs that want the same ones locked never
 * wait for each other in a circle.
 */
export async function holdCaches(mounts: readonly PlannedCache[], context: MountContext): Promise<HeldCaches> {
  const wanted = new Map(mounts.map(mount => [cacheKey(mount, context), mount]))
  const held = new Map<string, HeldCacheMount>()
  for (const key of [...wanted.keys()].sort()) {
    const cache = await hold(key, wanted.get(key) as PlannedCache, context)
    context.stack.defer(() => cache[Symbol.dispose]())
    held.set(key, cache)
  }
  return held
}

export function cacheSource(mount: PlannedCache, caches: HeldCaches, context: MountContext): MountSource {
  const { target, readOnly, sharing } = mount
  const { directory } = caches.get(cacheKey(mount, context)) as HeldCacheMount
  const tree = openDirectoryTree(directory)
  return {
    target,
    isFile: false,
    tree: {
      readOnly,
      shared: sharing === 'shared',
      lstat: path => tree.lstat(path),
      readlink: path => tree.readlink(path),
    },
    place: destination => ({ type: 'bind', source: directory, destination, readOnly }),
  }
}

/** As in BuildKit a mount that begins otherwise (another owner, mode or content) is another mount, whatever its id. */
function cacheKey({ id, mode, uid, gid, input, source }: PlannedCache, { inputs }: MountContext): string {
  const chainId = input === undefined ? undefined : (inputs[input]?.chainId ?? 'empty')
  const begins = input === undefined ? { mode, uid, gid } : { mode, uid, gid, chainId, source }
  return digestOf(JSON.stringify({ id, ...begins }))
}

async function hold(key: string, mount: PlannedCache, context: MountContext): Promise<HeldCacheMount> {
  const { environment, signal, log } = context
  const { id, sharing } = mount
  const name = id.replace(/^\//, '')
  return await environment.cacheMounts.acquire({
    key,
    name,
    sharing,
    signal,
    seed: directory => fill(directory, mount, context),
    onWait: () =>
      log('stderr', Buffer.from(`waiting for the cache mount ${name}: another step or build has it locked\n`)),
  })
}

const EVERYBODY_READS = 0o755

async function fill(directory: string, mount: PlannedCache, context: MountContext): Promise<void> {
  const { input, source, mode, uid, gid } = mount
  const found = input === undefined ? undefined : await findSource({ input, source }, context.inputs, context.signal)
  if (found) await copyInto(directory, found, mount.target, context)
  chownSync(directory, uid ?? found?.entry.uid ?? 0, gid ?? found?.entry.gid ?? 0)
  chmodSync(directory, (mode ?? found?.entry.mode ?? EVERYBODY_READS) & 0o7777)
}

async function copyInto(directory: string, found: FoundSource, target: string, context: MountContext): Promise<void> {
  const { tree, path, entry } = found
  if (entry.type !== 'dir')
    throw engineError('ENGINE_BAD_MOUNT', `mounting at ${target}: a cache mount cannot start as a file: ${path}`, {
      facts: { target },
    })
  const pattern = path.slice(1)
  const sources = await selectSources(tree, [{ pattern, wildcard: false, original: path }], [], () => undefined)
  const writer = openOverlayWriter({ upper: directory, lower: undefined })
  const digests = new SelectionDigests(context.environment.fileDigests)
  const owner = { owner: undefined, mode: undefined, parentMode: EVERYBODY_READS, now: opTime(context) }
  await applySelection(tree, sources, digests, { writer, destination: '/', ...owner }, context.signal)
}
