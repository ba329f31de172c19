import { tmpdir } from 'node:os'
import type { GitAddress } from '../../base/git-address.ts'
import { sourceError } from '../errors.ts'
import { authorizationFor } from './authorization.ts'
import { type GitAnswer, runGit } from './command.ts'
import { gitEnvironment } from './environment.ts'
import { type GitOptions, IDLE_TIMEOUT_MS } from './options.ts'

/** Git commands for one repository. */
export class GitSession {
  readonly #address: GitAddress
  readonly #options: GitOptions
  readonly #env: Readonly<Record<string, string>>

  private constructor(address: GitAddress, options: GitOptions, env: Readonly<Record<string, string>>) {
    this.#address = address
    this.#options = options
    this.#env = env
  }

  static async open(address: GitAddress, options: GitOptions): Promise<GitSession> {
    if (address.scheme === 'ssh' && options.sshSocket === undefined) throw noAgent(address)
    return new GitSession(address, options, gitEnvironment(options, await authorizationFor(address, options)))
  }

  /** What a command that talks to the server and needs no repository here prints. Throws `SOURCE_FETCH_FAILED`. */
  async ask(args: readonly string[]): Promise<string> {
    // A directory that happens to be in a repository must not lend that one's configuration.
    const answer = await this.#run(args, tmpdir(), { ...this.#env, GIT_DIR: '/dev/null' }, true)
    return this.#accepted(answer).stdout
  }

  /** Throws `SOURCE_FETCH_FAILED`. */
  async run(directory: string, args: readonly string[]): Promise<string> {
    return this.#accepted(await this.#run(args, directory, this.#env, false)).stdout.trim()
  }

  /** The first of several ways to fetch something that works; throws `SOURCE_FETCH_FAILED` of the last. */
  async fetch(directory: string, ways: readonly (readonly string[])[]): Promise<void> {
    let answer: GitAnswer | undefined
    for (const args of ways) {
      answer = await this.#run(args, directory, this.#env, true)
      if (answer.code === 0) return
    }
    if (answer) this.#accepted(answer)
  }

  async #run(
    args: readonly string[],
    directory: string,
    env: Readonly<Record<string, string>>,
    remote: boolean,
  ): Promise<GitAnswer> {
    const { signal, idleTimeoutMs = IDLE_TIMEOUT_MS } = this.#options
    return await runGit({ args, directory, env, signal, idleTimeoutMs: remote ? idleTimeoutMs : undefined })
  }

  #accepted(answer: GitAnswer): GitAnswer {
    if (answer.code === 0) return answer
    const { url, scheme } = this.#address
    const web = scheme === 'http' || scheme === 'https'
    throw sourceError('SOURCE_FETCH_FAILED', `fetching ${url}: ${answer.reason}`, {
      hint: web
        ? 'A private repository needs a token: --secret id=GIT_AUTH_TOKEN,env=NAME.'
        : 'Is the address right, and may you read the repository?',
      facts: { url },
    })
  }
}

function noAgent({ url }: GitAddress): Error {
  return sourceError('SOURCE_FETCH_FAILED', `fetching ${url}: no ssh agent is given to the build`, {
    hint: 'Start one, add the key to it, and build with --ssh default.',
    facts: { url },
  })
}
