/** Runs the public suites' build cases (../shared/vectors/build_cases.jsonl): `node scripts/build-cases.ts [NAME-PART]`. */
import type { BuildCase } from '../test/support/build-case/case.ts'
import { runCase } from '../test/support/build-case/run-case.ts'
import { startTestRegistry } from '../test/support/registry.ts'
import { openTestStore } from '../test/support/store.ts'
import { readVectors } from '../test/support/vectors.ts'
import { serveBases } from './bases/serve-bases.ts'
import { runScript } from './run-script.ts'

await runScript(async () => {
  const part = process.argv[2] ?? ''
  const cases = readVectors<BuildCase>('build_cases')?.filter(each => each.name.includes(part))
  if (cases === undefined) throw new Error('reading the build cases: ../shared/vectors is not here')
  await using bases = await serveBases(line => console.error(line))
  await using registry = await startTestRegistry()
  using store = openTestStore(bases.env)
  const count = { passed: 0, missed: 0, unscored: 0 }
  for (const each of cases) {
    const outcome = await runCase(each, store, registry.host)
    count[outcome.kind]++
    const reason = outcome.kind === 'passed' ? '' : `\n    ${outcome.reason}`
    console.log(`${outcome.kind.padEnd(8)} ${each.name}${reason}`)
  }
  console.log(`\n${count.passed} passed, ${count.missed} missed, ${count.unscored} not scored`)
})
