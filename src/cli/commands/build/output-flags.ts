import type { Command } from 'commander'
import type { BuildOptions } from '../../../api/index.ts'
import { collect, usage } from '../../arguments.ts'
import type { CliIo } from '../../io.ts'
import { writeBytes } from '../../write-bytes.ts'
import { parseKeyValues } from '../key-values.ts'
import { parseAnnotation } from './annotation-value.ts'
import { type OpenStdout, parseOutput } from './output-value.ts'

/** Flags that say what becomes of the result. */
export interface OutputFlags {
  readonly tag?: string[]
  readonly label?: string[]
  readonly output?: string[]
  readonly push?: boolean
  readonly load?: boolean
  readonly annotation?: string[]
  readonly metadataFile?: string
  readonly iidfile?: string
}

export function addOutputFlags(command: Command): Command {
  return command
    .option('-t, --tag <name>', 'Name and optionally tag of the image; may be repeated', collect)
    .option('--label <name=value>', 'Label of the image; may be repeated', collect)
    .option(
      '-o, --output <output>',
      'DIR, -, or type=local|tar|oci|docker|image|registry,dest=PATH; may be repeated',
      collect,
    )
    .option('--push', 'Push the image under all its names (-o type=registry)')
    .option('--load', 'Load the image into a running Docker or Podman (-o type=docker)')
    .option('--annotation <[type:]name=value>', 'Annotation of the image manifest; may be repeated', collect)
    .option('--metadata-file <file>', 'Write digests and names of the result to a JSON file')
    .option('--iidfile <file>', 'Write the image ID to a file')
}

type Outputs = Pick<
  BuildOptions,
  'tags' | 'labels' | 'outputs' | 'push' | 'load' | 'annotations' | 'metadataFile' | 'iidFile'
>

export function outputOptions(flags: OutputFlags & { readonly json?: boolean }, io: CliIo): Outputs {
  return {
    tags: flags.tag,
    labels: parseKeyValues('--label', flags.label ?? [], {}),
    outputs: (flags.output ?? []).map(text => parseOutput(text, openStdout(io, flags.json ?? false))),
    push: flags.push,
    load: flags.load,
    annotations: (flags.annotation ?? []).flatMap(parseAnnotation),
    metadataFile: flags.metadataFile,
    iidFile: flags.iidfile,
  }
}

function openStdout({ stdout }: CliIo, json: boolean): OpenStdout {
  return type => {
    if (stdout.isTTY)
      throw usage(
        `dest file is required for ${type} exporter: refusing to write to a terminal`,
        `Give it a file, -o type=${type},dest=FILE, or redirect the output.`,
      )
    if (json) throw usage(`--json and an output of type=${type} both want standard output`, 'Give it a dest=FILE.')
    return chunk => writeBytes(stdout, chunk)
  }
}
