/**
 * Builds the same Dockerfiles with Tare and with BuildKit (the docker of ../shared/tools/peers) and compares the images:
 * `node scripts/compare-peers.ts [NAME-PART]`. Not a test: it needs the peers.
 */
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { assertPeersUp, PEERS_REGISTRY, peersDockerOrThrow, peersFolder } from '../test/support/peers.ts'
import { SHARED } from '../test/support/shared.ts'
import { openTestStore, type TestStore } from '../test/support/store.ts'
import { runCommand } from './command.ts'
import { EXAMPLES } from './demo/example.ts'
import { writeRegistriesConf } from './registries-conf.ts'
import { runScript } from './run-script.ts'
import { CHECKOUT } from './tare.ts'

interface Comparison {
  readonly name: string
  readonly context: string
  readonly dockerfile: string
}

/** What differs between any two runs of the same RUN: logs and caches of apt, and the time in a user's password entry. */
const UNSTABLE = [
  'var/log/*',
  'var/cache/*',
  'var/lib/apt/*',
  'etc/shadow*',
  'root/.cache/*',
  'etc/ld.so.cache',
  'go/pkg/*',
]

await runScript(async () => {
  await assertPeersUp()
  const work = peersFolder('tare-compare')
  const registriesConf = join(work, 'registries.conf')
  writeRegistriesConf(registriesConf, PEERS_REGISTRY)
  using store = openTestStore({ CONTAINERS_REGISTRIES_CONF: registriesConf })
  const part = process.argv[2] ?? ''
  let different = 0
  for (const each of comparisons().filter(({ name }) => name.includes(part))) {
    const report = await compare(each, work, store)
    console.log(`${report === '' ? 'equal' : 'DIFFERENT'}  ${each.name}${report}`)
    if (report !== '') different++
  }
  rmSync(work, { recursive: true })
  if (different > 0) throw new Error(`${different} images differ`)
})

function comparisons(): Comparison[] {
  const fixtures = join(CHECKOUT, 'test/fixtures/peers')
  const cases = readdirSync(fixtures).map(name => ({ name, context: join(fixtures, name), dockerfile: 'Dockerfile' }))
  const examples = EXAMPLES.flatMap(({ folder }) =>
    ['single', 'multi'].map(kind => ({
      name: `${folder}:${kind}`,
      context: join(CHECKOUT, 'examples', folder),
      dockerfile: `Dockerfile.${kind}`,
    })),
  )
  return [...cases, ...examples]
}

/** The comparison's report, empty when the images are equal. */
async function compare({ name, context, dockerfile }: Comparison, work: string, store: TestStore): Promise<string> {
  const folder = join(work, name.replace(':', '-'))
  rmSync(folder, { recursive: true, force: true })
  cpSync(context, folder, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  const file = join(folder, dockerfile)
  const theirs = join(work, 'theirs.tar')
  const ours = join(work, 'ours.tar')
  await peersDockerOrThrow(['build', '-q', '--network', 'host', '-f', file, '-t', 'compare:peer', folder])
  await peersDockerOrThrow(['save', '-o', theirs, 'compare:peer'])
  await succeed(store, ['build', '-q', '-f', file, '-t', 'compare:ours', folder])
  await succeed(store, ['save', '-o', ours, 'compare:ours'])
  const ignored = UNSTABLE.flatMap(glob => ['--ignore', glob])
  const result = await runCommand('python3', [join(SHARED, 'tools/compare_oci.py'), theirs, ours, ...ignored])
  for (const path of [theirs, ours, folder]) rmSync(path, { recursive: true })
  return result.code === 0 ? '' : `\n${indent(result.stdout + result.stderr)}`
}

async function succeed(store: TestStore, args: readonly string[]): Promise<void> {
  const result = await store.tare(args)
  if (result.code !== 0) throw new Error(`running tare ${args.join(' ')}: exit code ${result.code}\n${result.stderr}`)
}

function indent(text: string): string {
  return text
    .trim()
    .split('\n')
    .slice(0, 25)
    .map(line => `    ${line}`)
    .join('\n')
}
