export type FindingCode =
  | 'DATABASE_DAMAGED'
  | 'BLOB_FILE_MISSING'
  | 'BLOB_ROW_MISSING'
  | 'BLOB_WRONG_SIZE'
  | 'BLOB_WRONG_DIGEST'
  | 'TEMP_FILE_OF_NOBODY'
  | 'LOCK_FILE_OF_NOBODY'
  | 'LEASE_OF_NOBODY'
  | 'IMAGE_CONFIG_MISSING'
  | 'IMAGE_MANIFEST_MISSING'
  | 'IMAGE_LAYER_MISSING'
  | 'NAME_OF_NOTHING'
  | 'STRAY_FILE'

/** One thing that is wrong with the store. `code` is open for the findings of the snapshot room. */
export interface Finding {
  readonly code: FindingCode | (string & {})
  readonly message: string
  /** Path, digest or name of what is wrong. */
  readonly subject: string
  readonly repaired: boolean
}

export interface CheckOptions {
  /** Reads every blob and compares its digest. */
  readonly deep?: boolean | undefined
  /** Takes away what is of no use and forgets what is not there. Images that miss something lose what cannot work. */
  readonly repair?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}
