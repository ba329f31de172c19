import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { messageOf } from '../base/error.ts'
import type { Candidate } from './candidates.ts'
import type { ExecSpec, Sandbox } from './sandbox.ts'

export interface ProbeResult {
  readonly usable: boolean
  readonly seccomp: boolean
  readonly reason: string
  /** A compiled seccomp filter (base64) that makes later runs start faster. */
  readonly filter?: string | undefined
}

/** Tells its exit code and its seccomp mode (proc(5): 2 is a filter) with nothing but shell built-ins. */
const SCRIPT =
  'while read -r key value rest; do [ "$key" = Seccomp: ] && echo "$value"; done </proc/self/status; exit 7'

/** Runs a real process on the machine's own root, read-only, and looks at what it finds. */
export async function probeCandidate(stateDir: string, candidate: Candidate): Promise<ProbeResult> {
  if (candidate.missing.length > 0) return unusable(`not installed: ${candidate.missing.join(', ')}`)
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  try {
    const filter = await learnFilter(stateDir, candidate)
    const sandbox = candidate.open(filter)
    const seen = await look(sandbox)
    if (seen !== '2' && sandbox.seccomp) return unusable(`applies no seccomp filter (mode ${seen})`)
    return { usable: true, seccomp: sandbox.seccomp, reason: describe(sandbox), filter }
  } catch (error) {
    return unusable(messageOf(error))
  }
}

async function learnFilter(stateDir: string, candidate: Candidate): Promise<string | undefined> {
  if (!candidate.openToLearn) return undefined
  const file = `${stateDir}/filter-${randomBytes(8).toString('hex')}`
  try {
    await look(candidate.openToLearn(file))
    const filter = readFileSync(file)
    return filter.length > 0 && filter.length % 8 === 0 ? filter.toString('base64') : undefined
  } catch {
    // Learning is only for speed: whether the sandbox works at all is seen without it.
    return undefined
  } finally {
    rmSync(file, { force: true })
  }
}

async function look(sandbox: Sandbox): Promise<string> {
  const out: Uint8Array[] = []
  const err: Uint8Array[] = []
  const io = { stdin: 'null', stdout: (c: Uint8Array) => out.push(c), stderr: (c: Uint8Array) => err.push(c) } as const
  const status = await sandbox.run({ kind: 'directory', path: '/' }, PROBE, io)
  if (status.code === 7) return Buffer.concat(out).toString().trim()
  const said = Buffer.concat(err).toString().trim()
  throw new Error(`expected exit code 7 of a probe, got ${status.code}${said ? `: ${said}` : ''}`)
}

const PROBE: ExecSpec = {
  args: ['/bin/sh', '-c', SCRIPT],
  env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
  cwd: '/',
  uid: 0,
  gid: 0,
  additionalGids: [],
  hostname: 'probe',
  network: 'host',
  mounts: [],
  readOnlyRoot: true,
}

function describe(sandbox: Sandbox): string {
  return sandbox.seccomp
    ? "runs, with Docker's default seccomp profile and capabilities"
    : "runs, with Docker's default capabilities but no seccomp filter; installing crun gives one"
}

function unusable(reason: string): ProbeResult {
  return { usable: false, seccomp: false, reason }
}
