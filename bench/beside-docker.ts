/**
 * Tare beside sid's docker build, for the workloads of issue 2: `node bench/beside-docker.ts [-n RUNS] [NAME-PART]`.
 * By hand, on a quiet machine, as root. Needs the peers (../shared/tools/peers/up.sh) and the bases at their registry.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatTable } from '../scripts/markdown-table.ts'
import { writeRegistriesConf } from '../scripts/registries-conf.ts'
import { runScript } from '../scripts/run-script.ts'
import { assertPeersUp, PEERS_REGISTRY, peersFolder } from '../test/support/peers.ts'
import { type Builder, dockerBuilder, tareBuilder } from './builders.ts'
import { type Measured, spread } from './measure.ts'
import { WORKLOADS, type Workload } from './workload.ts'

const { values, positionals } = parseArgs({
  options: { n: { type: 'string', short: 'n', default: '3' } },
  allowPositionals: true,
})

await runScript(async () => {
  await assertPeersUp()
  const work = peersFolder('tare-bench')
  const registriesConf = join(work, 'registries.conf')
  writeRegistriesConf(registriesConf, PEERS_REGISTRY)
  await using tare = tareBuilder(work, registriesConf)
  await using docker = dockerBuilder()
  const rows: string[][] = []
  for (const workload of WORKLOADS.filter(({ name }) => name.includes(positionals[0] ?? ''))) {
    const context = join(work, workload.name.replace(/\W.*/, ''))
    workload.prepare(context)
    const ours = await runs(tare, workload, context)
    const theirs = await runs(docker, workload, context)
    rows.push(row(workload, ours, theirs))
  }
  console.log(formatTable(['workload', 'tare, s', 'docker, s', 'tare / docker', 'tare VmHWM, MiB'], rows))
  rmSync(registriesConf)
})

async function runs(builder: Builder, workload: Workload, context: string): Promise<Measured[]> {
  const measured: Measured[] = []
  if (workload.state === 'warm') {
    await builder.forget(workload)
    await builder.build(workload, context)
  }
  for (let run = 0; run < Number(values.n); run++) {
    if (workload.state === 'cold') {
      await builder.forget(workload)
      dropCaches()
      readAll(context)
    }
    measured.push(await builder.build(workload, context))
    console.error(`${builder.name}: ${workload.name} (${workload.state}): ${measured.at(-1)!.seconds.toFixed(3)} s`)
  }
  return measured
}

function row({ name, state }: Workload, ours: readonly Measured[], theirs: readonly Measured[]): string[] {
  const [tare, docker] = [ours, theirs].map(runs => spread(runs.map(({ seconds }) => seconds)))
  const memory = Math.max(...ours.map(({ peakMiB }) => peakMiB))
  const ratio = docker!.median > 0 ? (tare!.median / docker!.median).toFixed(2) : '-'
  return [`${name} (${state})`, formatSpread(tare!), formatSpread(docker!), ratio, memory.toFixed(0)]
}

function formatSpread({ median, min, max }: { median: number; min: number; max: number }): string {
  return `${median.toFixed(3)} (${min.toFixed(3)}-${max.toFixed(3)})`
}

/** A kernel whose caches are full of deleted trees makes everybody slower. */
function dropCaches(): void {
  execFileSync('sync')
  writeFileSync('/proc/sys/vm/drop_caches', '3')
}

function readAll(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) readFileSync(join(entry.parentPath, entry.name))
  }
}
