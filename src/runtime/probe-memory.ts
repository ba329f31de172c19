import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { errnoOf } from '../base/error.ts'
import type { Candidate } from './candidates.ts'
import type { ProbeResult } from './probe.ts'
import { defaultSeccomp, type SeccompArchitecture } from './spec/seccomp.ts'

/** What the last probe of a candidate gave, as long as boot, programs and seccomp profile are still the same. */
export function readProbeMemory(stateDir: string, candidate: Candidate): ProbeResult | undefined {
  let text: string
  try {
    text = readFileSync(fileOf(stateDir, candidate), 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
  const { key, result } = parse(text)
  return key === keyOf(candidate) ? result : undefined
}

export function writeProbeMemory(stateDir: string, candidate: Candidate, result: ProbeResult): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const file = fileOf(stateDir, candidate)
  const ingest = `${file}.${process.pid}`
  writeFileSync(ingest, JSON.stringify({ key: keyOf(candidate), result }), { mode: 0o600 })
  renameSync(ingest, file)
}

function fileOf(stateDir: string, candidate: Candidate): string {
  return `${stateDir}/probe-${candidate.name}.json`
}

/** A file cut short by a power failure is like none. */
function parse(text: string): { key?: string; result?: ProbeResult } {
  try {
    return JSON.parse(text) as { key?: string; result?: ProbeResult }
  } catch {
    return {}
  }
}

function keyOf(candidate: Candidate): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  const programs = candidate.programs.map(path => [path, statSync(path).mtimeMs, statSync(path).size])
  const facts = [
    boot,
    programs,
    candidate.missing,
    ownNamespaces(),
    defaultSeccomp(process.arch as SeccompArchitecture),
  ]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

/** The same store may be used from other containers of the same boot, with other rights. */
function ownNamespaces(): string {
  return /^CapEff.*$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[0] ?? ''
}
