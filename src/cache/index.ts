export type { CacheHit, CacheRecord, CacheStore, NewCacheRecord, StoredRecord } from './cache-store.ts'
export type { ContentEntry, ContentRecord } from './content.ts'
export type { CacheKey, KeyContent, KeyInput, KeyRecord } from './keys.ts'
