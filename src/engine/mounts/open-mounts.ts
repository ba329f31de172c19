import type { ExecOp, PlannedCache, PlannedMount } from '../../plan/index.ts'
import { bindSource } from './bind.ts'
import { cacheSource, type HeldCaches, holdCaches } from './cache.ts'
import type { MountContext, MountSource } from './mount-source.ts'
import { mountSecret } from './secret.ts'
import { sshSources } from './ssh.ts'
import { tmpfsSource } from './tmpfs.ts'

/** What the mounts of a RUN bring. */
export interface OpenedMounts {
  readonly sources: readonly MountSource[]
  /** `NAME=value` of secrets. */
  readonly secretEnv: readonly string[]
  /** What output must not show. */
  readonly secrets: readonly Uint8Array[]
}

/** Makes ready what a RUN mounts; the context's stack takes it back. */
export async function openMounts(op: ExecOp, context: MountContext): Promise<OpenedMounts> {
  const mounts = op.mounts ?? []
  const caches = await holdCaches(
    mounts.filter((mount): mount is PlannedCache => mount.type === 'cache'),
    context,
  )
  const sources: MountSource[] = []
  const secretEnv: string[] = []
  const secrets: Uint8Array[] = []
  for (const mount of mounts) {
    if (mount.type === 'secret') {
      const secret = await mountSecret(mount, context)
      sources.push(...secret.sources)
      secretEnv.push(...secret.env)
      if (secret.value) secrets.push(secret.value)
    } else sources.push(...(await sourcesOf(mount, caches, context)))
  }
  return { sources, secretEnv, secrets }
}

async function sourcesOf(
  mount: Exclude<PlannedMount, { type: 'secret' }>,
  caches: HeldCaches,
  context: MountContext,
): Promise<MountSource[]> {
  switch (mount.type) {
    case 'bind':
      return [await bindSource(mount, context)]
    case 'cache':
      return [cacheSource(mount, caches, context)]
    case 'tmpfs':
      return [tmpfsSource(mount)]
    case 'ssh':
      return await sshSources(mount, context)
  }
}
