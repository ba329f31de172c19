import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../../base/error.ts'
import { digestOf } from '../../oci/index.ts'
import type { ExecOp } from '../../plan/index.ts'
import { type SandboxMount, STANDARD_MOUNT_POINTS } from '../../runtime/index.ts'
import type { OpContext } from '../environment.ts'

/** BuildKit's, so that what a RUN writes down of it is the same. */
const HOSTNAME = 'buildkitsandbox'

export function hostnameOf(op: ExecOp): string {
  return op.hostname ?? HOSTNAME
}

/** The host's resolv.conf and a hosts file of the sandbox's own, over the mount points made for them. */
export function systemMounts(op: ExecOp, destinations: readonly string[], context: OpContext): SandboxMount[] {
  const files = systemFiles(op, context.environment.scratch)
  return STANDARD_MOUNT_POINTS.flatMap((point, index) => {
    const source = files[point.path]
    const destination = destinations[index]
    if (source === undefined || destination === undefined) return []
    return [{ type: 'bind' as const, source, destination, readOnly: true }]
  })
}

function systemFiles(op: ExecOp, scratch: string): Record<string, string> {
  const hosts = hostsFile(op)
  const files = {
    '/etc/resolv.conf': join(scratch, 'resolv.conf'),
    '/etc/hosts': join(scratch, `hosts-${digestOf(hosts).slice(-16)}`),
  }
  writeOnce(files['/etc/resolv.conf'], readHostResolvConf)
  writeOnce(files['/etc/hosts'], () => hosts)
  return files
}

function hostsFile(op: ExecOp): string {
  const own = `127.0.0.1\tlocalhost ${hostnameOf(op)}\n::1\tlocalhost ip6-localhost ip6-loopback\n`
  return own + (op.hosts ?? []).map(({ host, ip }) => `${ip}\t${host}\n`).join('')
}

function writeOnce(path: string, content: () => string): void {
  try {
    writeFileSync(path, content(), { flag: 'wx', mode: 0o644 })
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}

function readHostResolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8')
  } catch {
    return ''
  }
}
