import { type ErrorFacts, TareError } from '../base/error.ts'

/** What goes wrong with a registry. Facts hold `reference`, `host` and `status` where known, never a credential. */
export type RegistryErrorCode =
  | 'REGISTRY_UNREACHABLE'
  | 'REGISTRY_UNAUTHORIZED'
  | 'REGISTRY_NOT_FOUND'
  | 'REGISTRY_TOO_MANY_REQUESTS'
  | 'REGISTRY_NO_PLATFORM'
  | 'REGISTRY_DIGEST_MISMATCH'
  | 'REGISTRY_BLOCKED'
  | 'REGISTRY_REDIRECT_REFUSED'
  | 'REGISTRY_BAD_ANSWER'
  | 'REGISTRY_TOO_LARGE'
  | 'REGISTRY_UNSUPPORTED'
  | 'REGISTRY_REFUSED'
  | 'REGISTRY_BAD_CONFIG'
  | 'REGISTRY_CREDENTIAL_HELPER'
  | 'REGISTRY_LOGIN'
  | 'BLOB_NOT_FOUND'
  | 'BLOB_DIGEST_MISMATCH'
  | 'BLOB_SIZE_MISMATCH'

export function registryError(
  code: RegistryErrorCode,
  message: string,
  more?: ErrorFacts,
): TareError<RegistryErrorCode> {
  return new TareError(code, message, more)
}
