import { parseModeChange } from '../base/file-mode.ts'
import { planError, type SourceSpot } from './plan-error.ts'

/** `user`, `user:group`, `1000:1000`: looked up in the root by the engine. An empty --chown is none. */
export function ownerOf(chown: string | undefined, at: SourceSpot): string | undefined {
  if (chown === undefined || chown === '') return undefined
  if (/^[^:\s]*(:[^:\s]*)?$/.test(chown) && chown !== ':') return chown
  throw planError('PLAN_INVALID', `reading --chown=${chown}: expected USER, USER:GROUP or numbers`, at)
}

/** An empty --chmod is none. */
export function permissionsOf(chmod: string | undefined, at: SourceSpot): string | undefined {
  if (chmod === undefined || chmod === '') return undefined
  if (parseModeChange(chmod)) return chmod
  const expected = /^\d/.test(chmod)
    ? 'an octal number from 0 to 07777'
    : 'an octal number, or a change like u=rwX,go-w with the letters ugoa and rwxXst'
  throw planError('PLAN_INVALID', `reading --chmod=${chmod}: expected ${expected}`, at)
}

/**
 * Whether --link can have its way. A name of --chown is looked up in the root, and --chmod turns linking off in BuildKit:
 * then the files are copied into the root like any others.
 */
export function linkOf(chown: string | undefined, chmod: string | undefined): boolean {
  return chmod === undefined && (chown === undefined || /^\d*(:\d*)?$/.test(chown))
}
