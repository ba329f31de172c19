/** What a build reads. */
export interface InputOptions {
  /** The build context: a directory. */
  readonly context: string
  /** Path of the Dockerfile, `<context>/Dockerfile` when not given; or its bytes. */
  readonly dockerfile?: string | Uint8Array | undefined
  /** Asks the registry for newer base images. */
  readonly pull?: boolean | undefined
}
