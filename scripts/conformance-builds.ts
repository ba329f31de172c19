/**
 * Compares Tare with BuildKit on the corpus in test/fixtures/conformance: `npm run conformance:builds -- [--docker|--freeze]
 * [PATTERN]`. BuildKit's answers are the kept ones, with `--docker` those of Docker here and now.
 * Docker is the peers' one ($PEER_DO, a program that runs a command where it is; $PEERS/work, a folder that both see).
 * `--freeze` keeps BuildKit's answers in expected/, for the comparisons without Docker.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type ConformanceCase, commandOf, expectedFile, readCases } from '../test/support/conformance/case-file.ts'
import { compareFacts } from '../test/support/conformance/compare-facts.ts'
import { startFileServer } from '../test/support/conformance/file-server.ts'
import { type BuildFacts, imageFacts } from '../test/support/conformance/image-facts.ts'
import { type BuildPlace, baseNames, buildBases, tareFacts } from '../test/support/conformance/tare-facts.ts'
import { writeCase } from '../test/support/conformance/write-case.ts'
import { SHARED } from '../test/support/shared.ts'
import { openTestStore, type TestStore } from '../test/support/store.ts'
import { type CommandResult, runCommand, runOrThrow } from './command.ts'
import { buildByFileOperations, describeArchive } from './conformance/file-operations.ts'
import { runScript } from './run-script.ts'

const PEER = process.env['PEER_DO'] || join(SHARED, 'tools/peers/do')
const WORK = join(process.env['PEERS'] || join(homedir(), '.cache/tare-peers'), 'work', `conformance-${process.pid}`)
const NAMESPACE = `conformance-${process.pid}`

function docker(args: readonly string[], input?: Uint8Array): Promise<CommandResult> {
  return runCommand(PEER, ['docker', ...args], { ...(input && { input }) })
}

async function dockerFacts(each: ConformanceCase, { context, host, folder }: BuildPlace): Promise<Said> {
  const image = `${NAMESPACE}/${each.name}`
  const built = await buildByDocker(each, image, { context, host })
  if (built.code !== 0) return { facts: { exit: built.code }, message: built.stderr }
  const archive = join(folder, 'docker.tar')
  const saved = await docker(['save', '-o', archive, image])
  // Docker does not save images without layers.
  if (saved.stderr.includes('empty export')) return { facts: { exit: 0 }, message: '' }
  if (saved.code !== 0) throw new Error(`saving ${image}: ${saved.stderr}`)
  await docker(['rmi', image])
  if (each.oracle === 'file-operations') await describeArchive(PEER, archive, context)
  return { facts: await imageFacts(archive), message: built.stderr }
}

async function buildByDocker(
  each: ConformanceCase,
  image: string,
  { context, host }: Omit<BuildPlace, 'folder'>,
): Promise<Pick<CommandResult, 'code' | 'stderr'>> {
  if (each.oracle === 'file-operations') {
    const stderr = await buildByFileOperations(PEER, image, context)
    return { code: stderr === '' ? 0 : 1, stderr }
  }
  const { args, input } = commandOf(each, context, host)
  return await docker(['build', '--network', 'host', '--progress', 'plain', '-t', image, ...args], input)
}

type Said = { readonly facts: BuildFacts; readonly message: string }

await runScript(async () => {
  const args = process.argv.slice(2)
  const freeze = args.includes('--freeze')
  const live = freeze || args.includes('--docker')
  const wanted = new RegExp(args.find(arg => !arg.startsWith('--')) ?? '')
  using store = openTestStore()
  using work = workFolder()
  await using server = await startFileServer()
  await buildBases(store, join(work.path, 'bases'))
  if (live) await loadBases(store, work.path)
  const count = { equal: 0, meant: 0, different: 0 }
  for (const each of readCases().filter(({ name }) => wanted.test(name))) {
    const context = join(work.path, each.name)
    await writeCase(each, context, server.host)
    const place = { context, host: server.host, folder: work.path }
    const peer = live ? await dockerFacts(each, place) : frozenFacts(each)
    if (freeze) writeFileSync(expectedFile(each), `${JSON.stringify(peer.facts, null, 1)}\n`)
    const own = await tareFacts(each, store, place)
    count[report(each, peer, own)]++
  }
  console.log(`\n${count.equal} equal, ${count.meant} different as meant, ${count.different} different`)
})

function workFolder(): { readonly path: string } & Disposable {
  mkdirSync(WORK, { recursive: true })
  return { path: WORK, [Symbol.dispose]: () => rmSync(WORK, { recursive: true, force: true }) }
}

async function loadBases(store: TestStore, folder: string): Promise<void> {
  for (const name of baseNames()) {
    const archive = join(folder, `${name}.tar`)
    await store.tare(['save', '-o', archive, name])
    await runOrThrow(PEER, ['docker', 'load', '-i', archive])
  }
}

function frozenFacts(each: ConformanceCase): Said {
  return { facts: JSON.parse(readFileSync(expectedFile(each), 'utf8')) as BuildFacts, message: '' }
}

function report(each: ConformanceCase, peer: Said, own: Said): 'equal' | 'meant' | 'different' {
  const all = compareFacts(peer.facts, own.facts)
  const meant = all.every(({ key }) => each.differs.has(key)) && all.length === each.differs.size
  const kind = !meant ? 'different' : all.length === 0 ? 'equal' : 'meant'
  console.log(`${kind.padEnd(9)} ${each.name}: ${each.title}`)
  if (kind !== 'different') return kind
  const told = peer.facts.exit === own.facts.exit ? all : all.slice(0, 1)
  for (const { key, expected, got } of told)
    console.log(`    ${key}\n      docker ${JSON.stringify(expected)}\n      tare   ${JSON.stringify(got)}`)
  if (peer.facts.exit !== 0) console.log(`    docker said: ${lastLine(peer.message)}`)
  if (own.facts.exit !== 0) console.log(`    tare said: ${lastLine(own.message)}`)
  return kind
}

function lastLine(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ')
}
