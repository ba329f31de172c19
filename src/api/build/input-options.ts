import type { Bytes } from '../../oci/index.ts'

/** What a build reads. */
export interface InputOptions {
  /**
   * The build context: a directory; the address of a Git repository (`https://host/repo.git#ref:subdir`), of an archive or
   * of a Dockerfile (`https://...`); or the bytes of one of the latter two.
   */
  readonly context: string | Bytes
  /**
   * Path of the Dockerfile, `<context>/Dockerfile` when not given, below the context when that is no directory; or its
   * address; or its bytes.
   */
  readonly dockerfile?: string | Uint8Array | undefined
  /**
   * What FROM, `--from` and stages of a name mean instead: a directory, `docker-image://...`, `oci-layout://path:tag`,
   * addresses as above, `target:STAGE`.
   */
  readonly buildContexts?: Readonly<Record<string, string>> | undefined
  /** Asks the registry for newer base images. */
  readonly pull?: boolean | undefined
}
