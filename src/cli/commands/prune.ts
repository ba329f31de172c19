import { prune } from '../../api/index.ts'
import { formatSize } from '../../base/size.ts'
import { newCommand, parseArguments } from '../arguments.ts'
import { ask } from '../ask.ts'
import type { CliIo } from '../io.ts'

interface PruneFlags {
  readonly all?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

export async function systemPruneCommand(argv: readonly string[], io: CliIo): Promise<number> {
  return await pruneVerb('system prune', 'the build cache with its cache mounts', argv, io)
}

export async function imagePruneCommand(argv: readonly string[], io: CliIo): Promise<number> {
  return await pruneVerb('image prune', undefined, argv, io)
}

async function pruneVerb(name: string, also: string | undefined, argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand(name, 'Remove what is not used', io)
    .option('-a, --all', 'Remove all images, not only those without a name')
    .option('-f, --force', 'Do not ask')
    .option('--json', 'Print the result as JSON')
  const { options } = parseArguments<PruneFlags>(command, argv)
  const images = options.all ? 'all images' : 'all images without a name'
  if (!options.force && !(await confirmed(io, [images, ...(also === undefined ? [] : [also])].join(' and ')))) return 1
  const pruned = await prune({
    env: io.env,
    all: options.all,
    keepCache: also === undefined,
    signal: io.interrupt.signal,
  })
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ version: 1, ...pruned })}\n`)
    return 0
  }
  for (const image of pruned.images) io.stdout.write(`deleted: ${image}\n`)
  if (pruned.cacheRecords > 0) io.stdout.write(`deleted: ${pruned.cacheRecords} build cache records\n`)
  if (pruned.cacheMounts > 0) io.stdout.write(`deleted: ${pruned.cacheMounts} cache mounts\n`)
  io.stdout.write(`Total reclaimed space: ${formatSize(pruned.reclaimedBytes)}\n`)
  return 0
}

async function confirmed(io: CliIo, what: string): Promise<boolean> {
  io.stderr.write(`WARNING! This will remove ${what}.\n`)
  const answer = await ask(io, 'Are you sure you want to continue? [y/N] ')
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}
