/** What becomes of the result. */
export interface OutputOptions {
  /** Names for the image: `app`, `ghcr.io/me/app:1.2`. */
  readonly tags?: readonly string[] | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** Pushes the image under all its names. */
  readonly push?: boolean | undefined
}
