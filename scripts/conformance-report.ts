/**
 * Scores Tare against the public test vectors beside the checkout and against the kept answers of BuildKit, prints the
 * table and writes it to docs/conformance.md: `npm run conformance [-- --language] [-- --check]`.
 * `--language` leaves the builds out, which take minutes and need root, and writes nothing; `--check` does too, and fails
 * when docs/conformance.md says something else of the sets of the language.
 */
import { join } from 'node:path'
import { buildCaseSet } from '../test/support/build-case/build-case-set.ts'
import { readCases } from '../test/support/conformance/case-file.ts'
import { startFileServer } from '../test/support/conformance/file-server.ts'
import { scoreCase } from '../test/support/conformance/score-case.ts'
import { buildBases } from '../test/support/conformance/tare-facts.ts'
import { startTestRegistry } from '../test/support/registry.ts'
import { openTestStore } from '../test/support/store.ts'
import { tempFolder } from '../test/support/temp-folder.ts'
import { LANGUAGE_SETS } from '../test/support/vectors/all-sets.ts'
import { type Score, scoreSet, vectorsAbsent } from '../test/support/vectors/vector-set.ts'
import { serveBases } from './bases/serve-bases.ts'
import { commitName } from './commit-name.ts'
import { missList, notApplicableList, type ScoredSet, scoreTable, wrongVectorList } from './conformance/score-table.ts'
import { readMarkedPart, writeMarkedPart } from './marked-part.ts'
import { runScript } from './run-script.ts'
import { CHECKOUT } from './tare.ts'

const PAGE = join(CHECKOUT, 'docs/conformance.md')
const PART = 'npm run conformance'

await runScript(async () => {
  if (vectorsAbsent)
    return console.log('../shared/vectors is not here: nothing is scored, docs/conformance.md stays as it is')
  const check = process.argv.includes('--check')
  const sets = await scoreLanguage()
  if (check) return checkPage(sets)
  const languageOnly = process.argv.includes('--language')
  if (!languageOnly) sets.push(await scoreBuildCases(), await scoreCorpus())
  const report = reportOf(sets)
  console.log(report)
  if (!languageOnly) writeMarkedPart(PAGE, PART, `${await heading()}\n\n${report}`)
})

async function scoreLanguage(): Promise<ScoredSet[]> {
  const sets: ScoredSet[] = []
  for (const set of LANGUAGE_SETS) sets.push({ title: set.title, scores: await scoreSet(set) })
  return sets
}

async function scoreBuildCases(): Promise<ScoredSet> {
  await using bases = await serveBases(line => console.error(line))
  await using registry = await startTestRegistry()
  using store = openTestStore(bases.env)
  const set = buildCaseSet(store, registry.host)
  return { title: set.title, scores: await scoreSet(set) }
}

async function scoreCorpus(): Promise<ScoredSet> {
  using work = tempFolder()
  using store = openTestStore()
  await using server = await startFileServer()
  await buildBases(store, join(work.path, 'bases'))
  const scores: Score[] = []
  for (const each of readCases()) scores.push(await scoreCase(each, { store, host: server.host, folder: work.path }))
  return { title: 'Builds beside BuildKit', scores }
}

function reportOf(sets: readonly ScoredSet[]): string {
  return `${scoreTable(sets)}

What failed, and why:

${missList(sets)}

Vectors that BuildKit (Docker 28.5.2) answers otherwise, and how:

${wrongVectorList(sets)}

What is not applicable, and why:

${notApplicableList(sets)}
`
}

async function heading(): Promise<string> {
  return `${new Date().toISOString().slice(0, 10)}, commit ${await commitName()}, \`npm run conformance\`:`
}

function checkPage(sets: readonly ScoredSet[]): void {
  const page = readMarkedPart(PAGE, PART).replace(/ +/g, ' ')
  const told = scoreTable(sets).replace(/ +/g, ' ').split('\n').slice(2, -1)
  const other = told.filter(line => !page.includes(line))
  if (other.length > 0)
    throw new Error(`docs/conformance.md is out of date, \`npm run conformance\` writes it:\n${other.join('\n')}`)
  console.log(`docs/conformance.md says what is so of ${told.length} sets`)
}
