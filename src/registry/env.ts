/** The environment that a client looks things up in; `process.env` in the CLI. */
export type Env = Readonly<Record<string, string | undefined>>
