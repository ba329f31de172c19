/**
 * Asks Docker (of ../shared/tools/peers) what its build checks say of every Dockerfile in
 * src/dockerfile/lint/buildkit-checks.json, and writes the answers there: `node scripts/lint-checks.ts`.
 * A new case needs its Dockerfile only; `since` stays as it is. Format the file with biome afterwards. Not a test: it
 * needs the peers.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BASE_IMAGES, type BuildkitCheck } from '../src/dockerfile/lint/buildkit-checks.fixture.ts'
import { assertPeersUp, peersDocker, peersDockerOrThrow, peersFolder } from '../test/support/peers.ts'
import { runScript } from './run-script.ts'
import { CHECKOUT } from './tare.ts'

const TABLE = join(CHECKOUT, 'src/dockerfile/lint/buildkit-checks.json')

await runScript(async () => {
  await assertPeersUp()
  const work = peersFolder('lint-checks')
  for (const { tag, dockerfile } of BASE_IMAGES)
    await peersDockerOrThrow(['build', '-q', '-t', tag, context(work, { dockerfile })])
  const cases: BuildkitCheck[] = JSON.parse(readFileSync(TABLE, 'utf8'))
  const lines: string[] = []
  for (const each of cases) lines.push(`  ${JSON.stringify({ ...each, ...(await ask(work, each)) })}`)
  rmSync(work, { recursive: true })
  writeFileSync(TABLE, `[\n${lines.join(',\n')}\n]\n`)
  console.log(`${lines.length} Dockerfiles checked`)
})

function context(
  work: string,
  { dockerfile, dockerignore }: Pick<BuildkitCheck, 'dockerfile' | 'dockerignore'>,
): string {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work)
  writeFileSync(join(work, 'Dockerfile'), dockerfile)
  if (dockerignore !== undefined) writeFileSync(join(work, '.dockerignore'), dockerignore)
  return work
}

/** Shaped as docker prints them with --call=check,format=json. */
interface Answer {
  readonly warnings?: readonly {
    readonly ruleName: string
    readonly detail: string
    readonly location: { readonly ranges: readonly [{ readonly start: { readonly line: number } }] }
  }[]
  readonly buildError?: { readonly message: string }
}

async function ask(work: string, about: BuildkitCheck): Promise<Pick<BuildkitCheck, 'warnings' | 'error'>> {
  const flags = Object.entries(about.buildArgs ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
  const target = about.target === undefined ? [] : ['--target', about.target]
  const asked = ['build', '--network', 'host', '--call=check,format=json', ...flags, ...target, context(work, about)]
  const { stdout, stderr } = await peersDocker(asked)
  const start = stdout.indexOf('{')
  if (start < 0) return { warnings: [], error: stderr.trim().split('\n').at(-1) }
  const answer: Answer = JSON.parse(stdout.slice(start))
  const warnings = (answer.warnings ?? []).map(
    ({ ruleName, detail, location }) => `${location.ranges[0].start.line} ${ruleName}: ${detail}`,
  )
  return { warnings: [...new Set(warnings)].sort(), error: answer.buildError?.message }
}
