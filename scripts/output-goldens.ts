/**
 * Writes test/fixtures/outputs/expected anew: what BuildKit makes of the Dockerfiles beside it with `-o type=local` and
 * `-o type=tar`. Docker is the peers' one (../shared/tools/peers): `node scripts/output-goldens.ts [PATTERN]`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listDirectory } from '../test/support/outputs/listing.ts'
import { expectedFile, type OutputCase, readOutputCases } from '../test/support/outputs/output-cases.ts'
import { assertPeersUp, peersDockerOrThrow, peersFolder } from '../test/support/peers.ts'
import { runOrThrow } from './command.ts'
import { runScript } from './run-script.ts'

await runScript(async () => {
  await assertPeersUp()
  const wanted = new RegExp(process.argv[2] ?? '')
  const work = peersFolder(`output-goldens-${process.pid}`)
  try {
    for (const each of readOutputCases().filter(({ name }) => wanted.test(name))) await freeze(each, work)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})

async function freeze(each: OutputCase, work: string): Promise<void> {
  const folder = join(work, each.name)
  const [context, local, tar, unpacked] = ['context', 'local', 'out.tar', 'unpacked'].map(name => join(folder, name))
  mkdirSync(context!, { recursive: true })
  mkdirSync(unpacked!)
  writeFileSync(join(context!, 'Dockerfile'), each.dockerfile)
  const build = (output: string) =>
    peersDockerOrThrow(['build', '--network', 'host', ...each.flags, '-o', output, context!])
  await build(`type=local,dest=${local}`)
  await build(`type=tar,dest=${tar}`)
  await runOrThrow('tar', ['-C', unpacked!, '--same-owner', '--numeric-owner', '-p', '-xf', tar!])
  const expected = { local: listDirectory(local!), tar: listDirectory(unpacked!) }
  mkdirSync(dirname(expectedFile(each)), { recursive: true })
  writeFileSync(expectedFile(each), `${JSON.stringify(expected, null, 1)}\n`)
  console.log(each.name)
}
