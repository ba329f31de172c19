import type { Command } from 'commander'
import type { BuildOptions } from '../../../api/index.ts'
import { parseBytes } from '../../../base/bytes.ts'
import { collect, usage } from '../../arguments.ts'
import type { CliIo } from '../../io.ts'
import { parseHost } from './host-value.ts'
import { parseSecret } from './secret-value.ts'
import { parseSsh } from './ssh-value.ts'
import { parseUlimit } from './ulimit-value.ts'

/** Flags about RUN steps. */
export interface StepFlags {
  readonly network?: string
  readonly secret?: string[]
  readonly ssh?: string[]
  readonly addHost?: string[]
  readonly shmSize?: string
  readonly ulimit?: string[]
  readonly allow?: string[]
}

const NETWORKS: readonly string[] = ['default', 'host', 'none']
const ALLOWED = ['network.host', 'security.insecure'] as const

export function addStepFlags(command: Command): Command {
  return command
    .option('--network <mode>', 'Network of RUN steps: default, host or none')
    .option(
      '--secret <secret>',
      'Secret for RUN --mount=type=secret: id=NAME,src=FILE or id=NAME,env=VARIABLE; may be repeated',
      collect,
    )
    .option(
      '--ssh <agent>',
      'Agent for RUN --mount=type=ssh: default, ID=SOCKET or ID=KEY[,KEY]; may be repeated',
      collect,
    )
    .option('--add-host <name:ip>', 'Line of /etc/hosts in RUN steps; may be repeated', collect)
    .option('--shm-size <bytes>', 'Size of /dev/shm in RUN steps, as in 256m (default: 64m)')
    .option('--ulimit <name=soft[:hard]>', 'Limit of RUN steps, as in nofile=1024:2048; may be repeated', collect)
    .option('--allow <right>', 'What RUN may ask for: security.insecure, network.host; may be repeated', collect)
}

type Steps = Pick<BuildOptions, 'network' | 'secrets' | 'ssh' | 'addHosts' | 'shmBytes' | 'ulimits' | 'allow'>

export function stepOptions(flags: StepFlags, io: CliIo): Steps {
  if (flags.network !== undefined && !NETWORKS.includes(flags.network))
    throw usage(`invalid --network ${JSON.stringify(flags.network)}`, `Expected one of ${NETWORKS.join(', ')}.`)
  return {
    network: flags.network as BuildOptions['network'],
    secrets: Object.fromEntries((flags.secret ?? []).map(text => parseSecret(text, io.env))),
    ssh: agents(flags.ssh ?? []),
    addHosts: flags.addHost?.map(parseHost),
    shmBytes: flags.shmSize === undefined ? undefined : parseShmSize(flags.shmSize),
    ulimits: flags.ulimit?.map(parseUlimit),
    allow: flags.allow?.map(parseAllow),
  }
}

function agents(texts: readonly string[]): Steps['ssh'] {
  const parsed = texts.map(parseSsh)
  const twice = parsed.find(([id], index) => parsed.findIndex(([other]) => other === id) < index)
  if (twice) throw usage(`invalid --ssh: ${JSON.stringify(twice[0])} is given twice`)
  return Object.fromEntries(parsed)
}

function parseShmSize(text: string): number {
  const bytes = parseBytes(text)
  if (bytes !== undefined && bytes > 0) return bytes
  throw usage(`invalid --shm-size ${JSON.stringify(text)}`, 'Expected bytes, as in 512k, 64m or 1g.')
}

function parseAllow(text: string): (typeof ALLOWED)[number] {
  const found = ALLOWED.find(each => each === text)
  if (found) return found
  throw usage(`invalid --allow ${JSON.stringify(text)}`, `Expected one of ${ALLOWED.join(', ')}.`)
}
