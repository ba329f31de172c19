/**
 * Tries random inputs on the language for some minutes and writes what came of it to docs/conformance.md:
 * `npm run fuzz -- [--minutes 10]`. A failure ends it with the shrunken input and the seed that brings it back.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { FUZZ_PROPERTIES, type FuzzProperty } from '../test/support/fuzz/properties.ts'
import { commitName } from './commit-name.ts'
import { formatTable } from './markdown-table.ts'
import { writeMarkedPart } from './marked-part.ts'
import { runScript } from './run-script.ts'
import { CHECKOUT } from './tare.ts'

/** Rounds take turns between the properties, so that a run that is cut short has tried all of them. */
const RUNS_A_ROUND = 2000
const PAGE = join(CHECKOUT, 'docs/conformance.md')

await runScript(async () => {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) throw new Error(`reading --minutes ${values.minutes}: expected a number above 0`)
  const end = performance.now() + minutes * 60_000
  const runs = new Map<string, number>()
  for (let round = 0; performance.now() < end; round++) {
    const each = FUZZ_PROPERTIES[round % FUZZ_PROPERTIES.length]!
    runs.set(each.name, (runs.get(each.name) ?? 0) + (await tryOut(each, end - performance.now())))
  }
  const table = formatTable(
    ['property', 'inputs'],
    [...runs].map(([name, count]) => [name, count.toLocaleString('en-US')]),
  )
  console.log(table)
  const day = new Date().toISOString().slice(0, 10)
  const heading = `${day}, commit ${await commitName()}, \`npm run fuzz -- --minutes ${minutes}\`: no crash, no hang, nothing that did not hold.`
  writeMarkedPart(PAGE, 'npm run fuzz', `${heading}\n\n${table}`)
})

/** The inputs tried. Throws with seed and input where the property does not hold. */
async function tryOut({ name, property }: FuzzProperty, milliseconds: number): Promise<number> {
  const seed = (Math.random() * 2 ** 31) | 0
  const found = await fc.check(property, { seed, numRuns: RUNS_A_ROUND, interruptAfterTimeLimit: milliseconds })
  if (!found.failed || found.interrupted) return found.numRuns
  throw new Error(`${name}: seed ${found.seed}, path ${found.counterexamplePath}\n${fc.defaultReportMessage(found)}`)
}
