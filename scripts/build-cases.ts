/** Runs the public suites' build cases (../shared/vectors/build_cases.jsonl): `node scripts/build-cases.ts [NAME-PART]`. */
import { buildCaseSet } from '../test/support/build-case/build-case-set.ts'
import type { BuildCase } from '../test/support/build-case/case.ts'
import { startTestRegistry } from '../test/support/registry.ts'
import { openTestStore } from '../test/support/store.ts'
import { readVectors, scoreRow, vectorsAbsent } from '../test/support/vectors/vector-set.ts'
import { serveBases } from './bases/serve-bases.ts'
import { runScript } from './run-script.ts'

await runScript(async () => {
  if (vectorsAbsent) throw new Error('reading the build cases: ../shared/vectors is not here')
  const part = process.argv[2] ?? ''
  await using bases = await serveBases(line => console.error(line))
  await using registry = await startTestRegistry()
  using store = openTestStore(bases.env)
  const set = buildCaseSet(store, registry.host)
  const count = { passed: 0, missed: 0, 'vector wrong': 0, 'not applicable': 0 }
  for (const each of readVectors<BuildCase>('build_cases').filter(({ name }) => name.includes(part))) {
    const { outcome, reason } = await scoreRow(set, each)
    count[outcome]++
    console.log(`${outcome.padEnd(14)} ${each.name}${reason === undefined ? '' : `\n    ${reason}`}`)
  }
  console.log(`\n${count.passed} passed, ${count.missed} missed, ${count['not applicable']} not applicable`)
})
