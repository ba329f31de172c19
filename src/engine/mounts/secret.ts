import type { PlannedSecret } from '../../plan/index.ts'
import { engineError } from '../errors.ts'
import type { MountContext, MountSource } from './mount-source.ts'

/** What one secret of a RUN comes to. */
export interface MountedSecret {
  readonly sources: readonly MountSource[]
  /** `NAME=value`. */
  readonly env: readonly string[]
  readonly value: Uint8Array | undefined
}

/** As in BuildKit a secret that was not given leaves no file and an empty variable. Throws `ENGINE_MISSING_SECRET`. */
export async function mountSecret(mount: PlannedSecret, { environment }: MountContext): Promise<MountedSecret> {
  const { id, required } = mount
  const value = await environment.secret(id)
  if (value === undefined && required)
    throw engineError('ENGINE_MISSING_SECRET', `mounting secret ${id}: the build was not given it`, {
      hint: `Build with --secret id=${id},src=FILE or --secret id=${id},env=VARIABLE.`,
      facts: { id },
    })
  return { sources: value ? fileSources(mount, value) : [], env: variables(mount, value), value }
}

function variables({ env }: PlannedSecret, value: Uint8Array | undefined): string[] {
  return env === undefined ? [] : [`${env}=${Buffer.from(value ?? []).toString()}`]
}

function fileSources({ target, mode, uid, gid }: PlannedSecret, content: Uint8Array): MountSource[] {
  if (target === undefined) return []
  const place = (destination: string) => ({ type: 'file', destination, content, mode, uid, gid }) as const
  return [{ target, isFile: true, tree: undefined, place }]
}
