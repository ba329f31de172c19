import type { Db } from '../../db/index.ts'
import type { CacheMounts } from '../cache-mounts/cache-mounts.ts'
import type { ContentStore } from '../content.ts'
import type { Lease } from '../leases.ts'
import type { StorePaths } from '../paths.ts'

/** What the checks look at. */
export interface CheckParts {
  readonly paths: StorePaths
  readonly db: Db
  readonly content: ContentStore
  readonly cacheMounts: CacheMounts
  readonly lease: () => Lease
}
