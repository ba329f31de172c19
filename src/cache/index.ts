export {
  type CacheHit,
  type CacheOptions,
  type CacheRecord,
  type CacheStore,
  type NewCacheRecord,
  openCache,
} from './cache-store.ts'
export { type ContentEntry, type ContentRecord, hashSelection } from './content.ts'
export {
  type CacheKey,
  type KeyContent,
  type KeyInput,
  type KeyRecord,
  linkKeys,
  placeKeys,
  type StoredRecord,
  storedRecord,
  type Validated,
  validatedKey,
  vertexKeys,
} from './keys.ts'
export type { OpParts } from './op-parts.ts'
