/** What RUN steps get beside what the Dockerfile says. */
export interface StepOptions {
  /** Network of RUN steps without a flag of their own. */
  readonly network?: 'default' | 'host' | 'none' | undefined
  /** Secrets by ID, for `RUN --mount=type=secret`. Nothing of them is kept. */
  readonly secrets?: Readonly<Record<string, SecretSource>> | undefined
  /** Agents by ID, for `RUN --mount=type=ssh`; the usual ID is `default`. */
  readonly ssh?: Readonly<Record<string, SshSource>> | undefined
  /** More lines for /etc/hosts of RUN steps. */
  readonly addHosts?: readonly { readonly host: string; readonly ip: string }[] | undefined
  /** Bytes of /dev/shm in RUN steps; 64 MiB when not given. */
  readonly shmBytes?: number | undefined
  /** Limits of RUN steps, as of setrlimit(2); -1 is none. */
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[] | undefined
  /** What a Dockerfile may ask for beyond the usual: `RUN --security=insecure`. The host's network is allowed anyway. */
  readonly allow?: readonly ('security.insecure' | 'network.host')[] | undefined
}

/** A file's content, a variable of the environment (one that is not set is an empty secret), or the value itself. */
export type SecretSource =
  | { readonly file: string }
  | { readonly env: string }
  | { readonly value: string | Uint8Array }

/** An agent's socket ($SSH_AUTH_SOCK when not given), or private keys in files. */
export type SshSource = { readonly socket?: string | undefined } | { readonly keys: readonly string[] }
