/**
 * - `ARCHIVE_UNRECOGNIZED`: neither a docker-archive nor an OCI layout
 * - `ARCHIVE_MALFORMED`: broken tar or JSON, names that climb out, duplicates, files that are missing or too large
 * - `ARCHIVE_DIGEST_MISMATCH`: content that is not what its digest, size or diff ID says
 * - `ARCHIVE_NO_IMAGE`: nothing in it for the platform asked for
 * - `IMAGE_INVALID`: config and manifest contradict each other or the specification
 * - `IMAGE_CHANGE_INVALID`: a `--change` of `tare import` that cannot be applied
 */
export type ImageErrorCode =
  | 'ARCHIVE_UNRECOGNIZED'
  | 'ARCHIVE_MALFORMED'
  | 'ARCHIVE_DIGEST_MISMATCH'
  | 'ARCHIVE_NO_IMAGE'
  | 'IMAGE_INVALID'
  | 'IMAGE_CHANGE_INVALID'
