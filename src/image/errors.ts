/**
 * - `ARCHIVE_UNRECOGNIZED`: neither a docker-archive nor an OCI layout
 * - `ARCHIVE_MALFORMED`: broken tar or JSON, names that climb out, duplicates, files that are missing or too large
 * - `ARCHIVE_NO_IMAGE`: nothing in it for the platform asked for
 * - `ARCHIVE_NOT_FOUND`: no file at the path given
 * - `ARCHIVE_SPOOL_FAILED`: no temporary file could be made
 * - `BLOB_NOT_FOUND`, `BLOB_SIZE_MISMATCH`, `BLOB_DIGEST_MISMATCH`: the contract of BlobSource
 * - `LAYER_DIFF_ID_MISMATCH`: a layer unpacks to another tar than the config says
 * - `IMAGE_INVALID`: config and manifest contradict each other or the specification
 * - `IMAGE_LAYER_SIZE_UNKNOWN`: a plain layer was to be written whose length nobody knows
 */
export type ImageErrorCode =
  | 'ARCHIVE_UNRECOGNIZED'
  | 'ARCHIVE_MALFORMED'
  | 'ARCHIVE_NO_IMAGE'
  | 'ARCHIVE_NOT_FOUND'
  | 'ARCHIVE_SPOOL_FAILED'
  | 'BLOB_NOT_FOUND'
  | 'BLOB_SIZE_MISMATCH'
  | 'BLOB_DIGEST_MISMATCH'
  | 'LAYER_DIFF_ID_MISMATCH'
  | 'IMAGE_INVALID'
  | 'IMAGE_LAYER_SIZE_UNKNOWN'
