import { type ChildProcess, spawn } from 'node:child_process'
import { sourceError } from '../errors.ts'

export interface GitCommand {
  readonly args: readonly string[]
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds without output after which it is ended; for what talks to a server. */
  readonly idleTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface GitAnswer {
  readonly code: number
  readonly stdout: string
  /** What git gave as the reason, on one line and without passwords. */
  readonly reason: string
}

/** More than any list of refs that a server may send. */
const MAX_OUTPUT = 256 * 1024 * 1024
const KEPT_MESSAGES = 16 * 1024
const GRACE_MS = 3000

/** Files of a checkout are 0644 and 0755 whatever the umask here is. */
const WITH_UMASK = ['-c', 'umask 022; exec git "$@"', 'git']

/**
 * Runs git to its end. Throws `SOURCE_GIT_MISSING`, and the signal's reason once git and all that it started are gone.
 */
export async function runGit(command: GitCommand): Promise<GitAnswer> {
  const { args, directory, env, signal } = command
  signal?.throwIfAborted()
  const child = spawn('/bin/sh', [...WITH_UMASK, ...args], {
    cwd: directory,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: git's helpers do not end with it.
    detached: true,
  })
  const watch = new Watch(child, command)
  const code = await watch.end()
  signal?.throwIfAborted()
  if (code === 127) throw gitMissing()
  return { code, stdout: watch.stdout(), reason: watch.stopped ?? reasonOf(watch.messages) }
}

/** Collects what a child says, and ends its process group when it is told to, says too much or nothing for too long. */
class Watch {
  messages = ''
  /** Why it was ended. */
  stopped: string | undefined = undefined
  readonly #child: ChildProcess
  readonly #command: GitCommand
  readonly #chunks: Buffer[] = []
  #length = 0
  #idle: NodeJS.Timeout | undefined

  constructor(child: ChildProcess, command: GitCommand) {
    this.#child = child
    this.#command = command
    child.stdout?.on('data', (chunk: Buffer) => this.#heard(chunk))
    child.stderr?.on('data', (chunk: Buffer) => {
      this.messages = (this.messages + chunk.toString('utf8')).slice(-KEPT_MESSAGES)
      this.#postpone()
    })
    this.#postpone()
  }

  stdout(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }

  async end(): Promise<number> {
    const { signal } = this.#command
    const stop = (): void => this.#stop('canceled')
    signal?.addEventListener('abort', stop, { once: true })
    try {
      return await new Promise((resolve, reject) => {
        this.#child.once('error', reject)
        this.#child.once('close', code => resolve(code ?? 128))
      })
    } finally {
      signal?.removeEventListener('abort', stop)
      clearTimeout(this.#idle)
    }
  }

  #heard(chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#length <= MAX_OUTPUT) this.#chunks.push(chunk)
    else this.#stop('its answer does not end')
    this.#postpone()
  }

  #postpone(): void {
    const { idleTimeoutMs } = this.#command
    if (idleTimeoutMs === undefined) return
    clearTimeout(this.#idle)
    const silence = `the server was silent for ${Math.round(idleTimeoutMs / 1000)} s`
    if (this.stopped === undefined) this.#idle = setTimeout(() => this.#stop(silence), idleTimeoutMs)
  }

  #stop(why: string): void {
    if (this.stopped !== undefined) return
    this.stopped = why
    clearTimeout(this.#idle)
    this.#signal('SIGTERM')
    const kill = setTimeout(() => this.#signal('SIGKILL'), GRACE_MS)
    this.#child.once('close', () => clearTimeout(kill))
  }

  #signal(name: NodeJS.Signals): void {
    const { pid, exitCode } = this.#child
    if (pid === undefined || (exitCode !== null && this.#child.stdout?.closed)) return
    try {
      process.kill(-pid, name)
    } catch {
      // All of the group are gone.
    }
  }
}

/** What git and ssh gave as their reasons, else the last line; on one line. */
function reasonOf(messages: string): string {
  const clean = messages.replace(/[^\P{C}\n]/gu, ' ').replace(/(\w:\/\/)[^/@\s]+@/g, '$1')
  const lines = clean.split('\n').map(line => line.trim())
  const isReason = (line = ''): boolean => /^(fatal|error|ssh):/.test(line)
  // A reason that ends in a colon goes on in the next line.
  const reasons = lines.filter((line, n) => isReason(line) || (isReason(lines[n - 1]) && lines[n - 1]?.endsWith(':')))
  const told = reasons.length > 0 ? reasons.slice(-4) : lines.filter(line => line !== '').slice(-1)
  const text = told.map(line => line.replace(/^(fatal|error): /, '').replace(/\.$/, '')).join('; ')
  return text.replaceAll(':; ', ': ') || 'git does not say why'
}

function gitMissing(): Error {
  return sourceError('SOURCE_GIT_MISSING', 'fetching from a Git repository: git is not installed', {
    hint: 'Install git, or have it in PATH.',
  })
}
