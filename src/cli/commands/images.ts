import { listImages } from '../../api/index.ts'
import { formatImageList } from '../../report/index.ts'
import { argumentError, collect, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

interface ImagesFlags {
  readonly all?: boolean
  readonly digests?: boolean
  readonly filter?: string[]
  readonly format?: string
  readonly trunc: boolean
  readonly quiet?: boolean
}

export async function imagesCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('images', 'List images', io)
    .usage('[OPTIONS] [REPOSITORY[:TAG]]')
    .argument('[name...]')
    .option('-a, --all', 'Accepted for docker users: there are no intermediate images to hide')
    .option('--digests', 'Show digests')
    .option('-f, --filter <filter>', 'dangling=true|false or reference=PATTERN', collect)
    .option('--format <format>', "'json', 'table', 'table TEMPLATE' or a Go template")
    .option('--no-trunc', 'Do not shorten IDs')
    .option('-q, --quiet', 'Only show image IDs')
  const { options, args } = parseArguments<ImagesFlags>(command, argv)
  if (args.length > 1) throw argumentError(`"tare images" takes at most 1 argument, got ${args.length}`)
  const rows = await listImages({ env: io.env, reference: args[0], ...parseFilters(options.filter ?? []) })
  const format = {
    now: Date.now(),
    digests: options.digests,
    noTrunc: !options.trunc,
    quiet: options.quiet,
    format: options.format,
  }
  io.stdout.write(formatImageList(rows, format))
  return 0
}

function parseFilters(filters: readonly string[]): { dangling?: boolean; reference?: string } {
  const parsed: { dangling?: boolean; reference?: string } = {}
  for (const filter of filters) {
    const [name = '', value = ''] = filter.split('=', 2)
    if (name === 'dangling' && /^(true|false|1|0)$/.test(value)) parsed.dangling = value === 'true' || value === '1'
    else if (name === 'reference') parsed.reference = value
    else
      throw argumentError(
        `invalid filter ${JSON.stringify(filter)}`,
        'Expected dangling=true, dangling=false or reference=PATTERN.',
      )
  }
  return parsed
}
