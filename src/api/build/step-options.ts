/** What RUN steps get beside what the Dockerfile says. */
export interface StepOptions {
  /** Network of RUN steps without a flag of their own. */
  readonly network?: 'default' | 'host' | 'none' | undefined
}
