export type { BuildRecords, StoredBuildRecord } from './build-records.ts'
export type {
  CacheMountRequest,
  CacheMountSharing,
  CacheMounts,
  CacheMountUsage,
  HeldCacheMount,
  RemovedCacheMounts,
} from './cache-mounts/cache-mounts.ts'
export type { CheckOptions, Finding, FindingCode } from './check/finding.ts'
export type { BlobInfo, ContentStore } from './content.ts'
export type { StoreErrorCode } from './error.ts'
export type { FileDigests, FileStamp, HashedFile } from './file-digests.ts'
export type { BlobUsage, PruneOptions, RemovedBlobs } from './gc.ts'
export type { ImageDocuments, ImageLayer, Images, NewImage, Removal, StoredImage } from './images/images.ts'
export type { LayerForms } from './layer-forms.ts'
export type { HoldKind, Lease, Reaped } from './leases.ts'
export { openStore } from './open.ts'
export { findRoot } from './root.ts'
export type { Store, StoreOptions } from './store.ts'
