import { inMessage } from '../error.ts'
import { commandOf } from './command.ts'
import { type Flags, readFlags } from './flags.ts'
import { heredocOf } from './heredoc.ts'
import { checkMount } from './mount-fields.ts'
import { commonOf, type Request, refuse } from './request.ts'
import type { RunInstruction } from './types.ts'

const FLAGS = { mount: 'texts', network: 'text', security: 'text', device: 'texts' } as const
const CHOICES = { network: ['default', 'none', 'host'], security: ['sandbox', 'insecure'] } as const

export function parseRun(request: Request): RunInstruction {
  const flags = readFlags(request, FLAGS)
  refuseDevices(request, flags)
  const mounts = flags.each('mount')
  for (const mount of mounts) checkMount(request, mount)
  return {
    kind: 'run',
    ...commonOf(request, flags.all),
    command: commandOf(request.node),
    heredocs: request.node.heredocs.map(heredocOf),
    mounts,
    network: choice(request, flags, 'network'),
    security: choice(request, flags, 'security'),
  }
}

function choice(request: Request, flags: Flags, name: 'network' | 'security'): string | undefined {
  const flag = flags.one(name)
  const known: readonly string[] = CHOICES[name]
  if (!flag || known.includes(flag.value ?? '')) return flag?.value
  const cause = `invalid ${name} mode: "${inMessage(flag.value ?? '')}"`
  throw refuse(request, 'dockerfile-flag', cause, { range: flag.range, hint: `it is one of ${known.join(', ')}` })
}

function refuseDevices(request: Request, flags: Flags): void {
  const device = flags.one('device')
  if (!device) return
  const cause = 'RUN --device is not supported: no device is handed to a build'
  throw refuse(request, 'dockerfile-unsupported', cause, { range: device.range })
}
