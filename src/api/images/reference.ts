import { formatReference, parseReference, withDefaultTag } from '../../oci/index.ts'

/** What a user typed after -t or as FROM, in full: `alpine` -> `docker.io/library/alpine:latest`. */
export function fullName(text: string): string {
  return formatReference(withDefaultTag(parseReference(text)))
}
