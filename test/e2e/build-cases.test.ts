import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServedBases, serveBases } from '../../scripts/bases/serve-bases.ts'
import { buildCaseSet } from '../support/build-case/build-case-set.ts'
import type { BuildCase } from '../support/build-case/case.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { readVectors, scoreRow, unexpected, vectorsAbsent } from '../support/vectors/vector-set.ts'

describe.skipIf(vectorsAbsent)("the public suites' build cases (skipped where ../shared is absent)", () => {
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

  it.each(readVectors<BuildCase>('build_cases'))('$name', async each => {
    const set = buildCaseSet(store, registry.host)
    expect(unexpected(set, [await scoreRow(set, each)])).toEqual([])
  })
})
