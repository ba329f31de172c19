import { notSupported, planError, type SourceSpot } from './plan-error.ts'

/** `user`, `user:group`, `1000:1000`: looked up in the root by the engine. An empty --chown is none. */
export function ownerOf(chown: string | undefined, at: SourceSpot): string | undefined {
  if (chown === undefined || chown === '') return undefined
  if (/^[^:\s]*(:[^:\s]*)?$/.test(chown) && chown !== ':') return chown
  throw planError('PLAN_INVALID', `reading --chown=${chown}: expected USER, USER:GROUP or numbers`, at)
}

export function permissionsOf(chmod: string | undefined, at: SourceSpot): string | undefined {
  if (chmod === undefined || chmod === '') return undefined
  if (/^0*[0-7]{1,4}$/.test(chmod)) return chmod
  if (/^[ugoa]*[-+=]/.test(chmod)) throw notSupported(`--chmod=${chmod} (letters instead of digits)`, at)
  throw planError('PLAN_INVALID', `reading --chmod=${chmod}: expected an octal number from 0 to 07777`, at)
}
