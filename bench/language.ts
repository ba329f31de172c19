/**
 * How long the language takes: parse, plan and check of every real-world Dockerfile of ../shared/vectors, in this process
 * and with images that need no registry. Writes its table to bench/README.md: `node bench/language.ts`.
 */
import { join } from 'node:path'
import { commitName } from '../scripts/commit-name.ts'
import { formatTable } from '../scripts/markdown-table.ts'
import { writeMarkedPart } from '../scripts/marked-part.ts'
import { runScript } from '../scripts/run-script.ts'
import { CHECKOUT } from '../scripts/tare.ts'
import { isTareError } from '../src/base/error.ts'
import { checkDockerfile, parseDockerfile } from '../src/dockerfile/index.ts'
import { lintInput } from '../src/dockerfile/lint/lint.fixture.ts'
import { planBuild } from '../src/plan/index.ts'
import { AMD64, FakeImages } from '../src/plan/planning.fixture.ts'
import { readVectors, vectorsAbsent } from '../test/support/vectors/vector-set.ts'

const ROUNDS = 20
const OPTIONS = { buildArgs: {}, platform: AMD64, buildPlatform: AMD64 }

/** Milliseconds of processor time, of all threads: the collector's and the compiler's count, other processes' do not. */
interface Times {
  parse: number
  plan: number
  check: number
}

await runScript(async () => {
  if (vectorsAbsent) throw new Error('measuring: ../shared/vectors is not here')
  const texts = readVectors<{ readonly text: string }>('realworld').map(row => row.text)
  const first = await round(texts)
  const rounds: Times[] = []
  for (let n = 0; n < ROUNDS; n++) rounds.push(await round(texts))
  const rowOf = (name: string, pick: (times: Times) => number): string[] => {
    const sorted = rounds.map(pick).sort((a, b) => a - b)
    return [name, pick(first).toFixed(2), sorted[ROUNDS / 2]!.toFixed(2)]
  }
  const rows = [
    rowOf('parse', times => times.parse),
    rowOf('plan', times => times.plan),
    rowOf('check', times => times.check),
    rowOf('all three', times => times.parse + times.plan + times.check),
  ]
  const table = formatTable(['ms of processor time each', 'first round', `median of ${ROUNDS} more`], rows)
  console.log(table)
  const day = new Date().toISOString().slice(0, 10)
  const heading = `${day}, commit ${await commitName()}, \`node bench/language.ts\`, ${texts.length} real-world Dockerfiles:`
  writeMarkedPart(join(CHECKOUT, 'bench/README.md'), 'language', `${heading}\n\n${table}`)
})

/** The means over all texts; one that is refused counts like any other. */
async function round(texts: readonly string[]): Promise<Times> {
  return {
    parse: await millisecondsEach(texts, text => parseDockerfile(text)),
    plan: await millisecondsEach(
      texts.map(text => parseDockerfile(text)),
      each => planBuild(each, OPTIONS, new FakeImages(true)),
    ),
    check: await millisecondsEach(
      texts.map(text => lintInput(text)),
      input => checkDockerfile(input),
    ),
  }
}

async function millisecondsEach<T>(inputs: readonly T[], work: (input: T) => unknown): Promise<number> {
  const start = process.cpuUsage()
  for (const input of inputs) {
    try {
      await work(input)
    } catch (error) {
      if (!isTareError(error)) throw error
    }
  }
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000 / inputs.length
}
