import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServedBases, serveBases } from '../../scripts/bases/serve-bases.ts'
import type { BuildCase } from '../support/build-case/case.ts'
import { runCase } from '../support/build-case/run-case.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { readVectors } from '../support/vectors.ts'

const cases = readVectors<BuildCase>('build_cases')

describe.skipIf(cases === undefined)("the public suites' build cases (skipped where ../shared is absent)", () => {
  let bases: ServedBases
  let registry: TestRegistry
  let store: TestStore

  beforeAll(async () => {
    bases = await serveBases(() => {})
    registry = await startTestRegistry()
    store = openTestStore(bases.env)
  })
  afterAll(async () => {
    store[Symbol.dispose]()
    await registry[Symbol.asyncDispose]()
    await bases[Symbol.asyncDispose]()
  })

  it.each(cases ?? [])('$name', async (each: BuildCase) => {
    const outcome = await runCase(each, store, registry.host)
    expect(outcome.kind === 'missed' ? outcome.reason : '').toBe('')
  })
})
