import type { TestStore } from '../store.ts'
import { NotApplicable, type VectorSet } from '../vectors/vector-set.ts'
import { runCase } from './run-case.ts'

/** The public suites' whole builds, run in a store; `registry` stands for REGISTRY in image names. */
export function buildCaseSet(store: TestStore, registry: string): VectorSet {
  return {
    file: 'build_cases',
    title: 'Build cases',
    groupOf: row => row.name.split('/')[1],
    nameOf: row => row.name,
    check: async row => {
      const outcome = await runCase(row, store, registry)
      if (outcome.kind === 'unscored') throw new NotApplicable(outcome.reason)
      if (outcome.kind === 'missed') throw new Error(outcome.reason)
    },
  }
}
