import { TareError } from '../base/error.ts'
import { type Candidate, candidates } from './candidates.ts'
import type { RuntimeErrorCode } from './error.ts'
import { probeCandidate } from './probe.ts'
import { readProbeMemory, writeProbeMemory } from './probe-memory.ts'
import type { Sandbox, SandboxProbe } from './sandbox.ts'

export interface SandboxOptions {
  /** A directory of the runtime's own (`$TARE_ROOT/run/sandbox`); made when missing, shared by all processes of a store. */
  readonly stateDir: string
  /** `TARE_SANDBOX`: take this one or fail. */
  readonly prefer?: string | undefined
}

/**
 * The fastest sandbox that is safe and faithful here: one with seccomp before one without. What worked is remembered
 * per boot in stateDir. Throws `SANDBOX_UNAVAILABLE`, saying of each candidate why not.
 */
export async function selectSandbox(options: SandboxOptions): Promise<Sandbox> {
  const wanted = candidates(options.stateDir).filter(({ name }) => !options.prefer || name === options.prefer)
  if (wanted.length === 0) throw unknownSandbox(options)
  const remembered = wanted.find(candidate => readProbeMemory(options.stateDir, candidate)?.usable)
  if (remembered && isFirstUsable(options.stateDir, wanted, remembered)) return open(options.stateDir, remembered)
  const reasons: string[] = []
  for (const candidate of wanted) {
    const probe = await probe1(options.stateDir, candidate)
    if (probe.usable) return open(options.stateDir, candidate)
    reasons.push(`${candidate.name}: ${probe.reason}`)
  }
  throw new TareError<RuntimeErrorCode>('SANDBOX_UNAVAILABLE', `selecting a sandbox: ${reasons.join('; ')}`, {
    hint: 'RUN needs root (CAP_SYS_ADMIN) and crun, runc, or util-linux with coreutils.',
  })
}

/** Tries every candidate for real, for `tare info`; the first usable one is what `selectSandbox` takes. */
export async function probeSandboxes(options: SandboxOptions): Promise<SandboxProbe[]> {
  const probes: SandboxProbe[] = []
  for (const candidate of candidates(options.stateDir)) probes.push(await probe1(options.stateDir, candidate))
  return probes
}

/** A remembered one counts only when all that stand before it are known not to work. */
function isFirstUsable(stateDir: string, wanted: readonly Candidate[], found: Candidate): boolean {
  return wanted.slice(0, wanted.indexOf(found)).every(one => readProbeMemory(stateDir, one)?.usable === false)
}

async function probe1(stateDir: string, candidate: Candidate): Promise<SandboxProbe> {
  const result = await probeCandidate(stateDir, candidate)
  writeProbeMemory(stateDir, candidate, result)
  const { name } = candidate
  return { name, usable: result.usable, seccomp: result.usable && result.seccomp, reason: result.reason }
}

function open(stateDir: string, candidate: Candidate): Sandbox {
  return candidate.open(readProbeMemory(stateDir, candidate)?.filter)
}

function unknownSandbox(options: SandboxOptions): TareError<RuntimeErrorCode> {
  const names = candidates(options.stateDir).map(({ name }) => name)
  return new TareError<RuntimeErrorCode>(
    'SANDBOX_UNAVAILABLE',
    `selecting a sandbox: expected one of ${names.join(', ')}, got ${JSON.stringify(options.prefer)}`,
  )
}
