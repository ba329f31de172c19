/**
 * Compares Tare with BuildKit on the corpus in test/fixtures/conformance: `node scripts/conformance.ts [--freeze] [NAME-PART]`.
 * Docker is the peers' one ($PEER_DO, a program that runs a command where it is; $PEERS/work, a folder that both see).
 * `--freeze` keeps BuildKit's answers in expected/, where the end-to-end tests find them.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type ConformanceCase, expectedFile, flagsOf, readCases } from '../test/support/conformance/case-file.ts'
import { compareFacts } from '../test/support/conformance/compare-facts.ts'
import { type BuildFacts, imageFacts } from '../test/support/conformance/image-facts.ts'
import { baseNames, buildBases, tareFacts } from '../test/support/conformance/tare-facts.ts'
import { writeCase } from '../test/support/conformance/write-case.ts'
import { openTestStore } from '../test/support/store.ts'
import { SHARED } from '../test/support/vectors.ts'
import { type CommandResult, runCommand, runOrThrow } from './command.ts'
import { runScript } from './run-script.ts'

const PEER = process.env['PEER_DO'] || join(SHARED, 'tools/peers/do')
const WORK = join(process.env['PEERS'] || join(homedir(), '.cache/tare-peers'), 'work', `conformance-${process.pid}`)
const NAMESPACE = `conformance-${process.pid}`

function docker(...args: string[]): Promise<CommandResult> {
  return runCommand(PEER, ['docker', ...args])
}

async function dockerFacts(each: ConformanceCase, context: string): Promise<{ facts: BuildFacts; message: string }> {
  const since = Math.floor(Date.now() / 1000)
  const image = `${NAMESPACE}/${each.name}`
  const built = await docker(
    'build',
    '--network',
    'host',
    '--progress',
    'plain',
    '-t',
    image,
    ...flagsOf(each, context),
    context,
  )
  if (built.code !== 0) return { facts: { exit: built.code }, message: built.stderr }
  const archive = join(WORK, 'docker.tar')
  await runOrThrow(PEER, ['docker', 'save', '-o', archive, image])
  await docker('rmi', image)
  return { facts: await imageFacts(archive, since), message: built.stderr }
}

await runScript(async () => {
  const args = process.argv.slice(2)
  const freeze = args.includes('--freeze')
  const part = args.find(arg => !arg.startsWith('--')) ?? ''
  using store = openTestStore()
  const bases = join(WORK, 'bases')
  await buildBases(store, bases)
  for (const name of baseNames()) {
    const archive = join(WORK, `${name}.tar`)
    await store.tare(['save', '-o', archive, name])
    await runOrThrow(PEER, ['docker', 'load', '-i', archive])
  }
  const count = { equal: 0, meant: 0, different: 0 }
  for (const each of readCases().filter(({ name }) => name.includes(part))) {
    const place = join(WORK, each.name)
    mkdirSync(place)
    const context = join(place, 'context')
    await writeCase(each, context)
    const peer = await dockerFacts(each, context)
    if (freeze) writeFileSync(expectedFile(each), `${JSON.stringify(peer.facts, null, 1)}\n`)
    const own = await tareFacts(each, store, context, place)
    const all = compareFacts(peer.facts, own.facts)
    const kind = all.every(({ key }) => each.differs.has(key)) ? (all.length === 0 ? 'equal' : 'meant') : 'different'
    count[kind]++
    console.log(`${kind.padEnd(9)} ${each.name}: ${each.title}`)
    for (const { key, expected, got } of all)
      console.log(`    ${key}\n      docker ${JSON.stringify(expected)}\n      tare   ${JSON.stringify(got)}`)
    if (kind === 'different' || process.env['VERBOSE']) {
      if (peer.facts.exit !== 0) console.log(`    docker said: ${lastLine(peer.message)}`)
      if (own.facts.exit !== 0) console.log(`    tare said: ${lastLine(own.message)}`)
    }
  }
  console.log(`\n${count.equal} equal, ${count.meant} different as meant, ${count.different} different`)
  if (existsSync(WORK)) rmSync(WORK, { recursive: true, force: true })
})

function lastLine(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ')
}
