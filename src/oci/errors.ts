/** What goes wrong with values of the image-spec. */
export type OciErrorCode =
  | 'OCI_INVALID_DIGEST'
  | 'OCI_INVALID_REFERENCE'
  | 'OCI_INVALID_PLATFORM'
  | 'OCI_INVALID_DOCUMENT'
  | 'OCI_DOCUMENT_TOO_LARGE'
  | 'OCI_UNSUPPORTED_DOCUMENT'
