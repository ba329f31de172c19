import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../scripts/tare.ts'
import { makeBigContext } from './big-context.ts'

export interface Workload {
  readonly name: string
  readonly dockerfile: string
  readonly bases: readonly string[]
  /** Cold: nothing of the build is cached, its bases are. Warm: nothing has changed since the last build. */
  readonly state: 'cold' | 'warm'
  /** Writes the context; the folder may be there from an earlier run. */
  prepare(folder: string): void
}

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'manyruns, 40 x RUN true',
    dockerfile: 'Dockerfile',
    bases: ['alpine'],
    state: 'cold',
    prepare: writeManyRuns,
  },
  {
    name: 'hello, no change',
    dockerfile: 'Dockerfile.multi',
    bases: ['golang:1.18', 'alpine'],
    state: 'warm',
    prepare: copyHello,
  },
  { name: 'bigctx, 50,000 files', dockerfile: 'Dockerfile', bases: ['alpine'], state: 'cold', prepare: makeBigContext },
  { name: 'bigctx, no change', dockerfile: 'Dockerfile', bases: ['alpine'], state: 'warm', prepare: makeBigContext },
]

function writeManyRuns(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'Dockerfile'), `FROM alpine\n${'RUN true\n'.repeat(40)}`)
}

function copyHello(folder: string): void {
  cpSync(join(CHECKOUT, 'examples/2-hello'), folder, { recursive: true })
}
