import type { Limit } from '../base/limit.ts'
import type { Digest } from '../oci/index.ts'
import type { OpContext } from './environment.ts'
import type { Made } from './made.ts'
import type { VertexReport } from './vertex-report.ts'

/** Results being made in this build, by primary key: the same step wanted twice runs once. */
export type InFlight = Map<Digest, Promise<Made>>

export interface StepContext extends OpContext {
  readonly inFlight: InFlight
  readonly limit: Limit
  readonly report: VertexReport
}
