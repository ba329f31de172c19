import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDir, resolveInRoot, type TreeWriter } from '../../layer/index.ts'
import type { ExecOp } from '../../plan/index.ts'
import {
  type ExecSpec,
  prepareMountPoints,
  removeStubs,
  type SandboxMount,
  STANDARD_MOUNT_POINTS,
} from '../../runtime/index.ts'
import type { Snapshot } from '../../snapshot/index.ts'
import type { OpContext } from '../environment.ts'
import { engineError } from '../errors.ts'
import { userIn } from './root-files.ts'
import { opTime } from './write-root.ts'

/** BuildKit's, so that what a RUN writes down of it is the same. */
const HOSTNAME = 'buildkitsandbox'

/** RUN: one process in a sandbox on a new snapshot. */
export async function runExec(
  op: ExecOp,
  root: Snapshot | undefined,
  context: OpContext,
): Promise<Snapshot | undefined> {
  await using active = await context.environment.snapshotter.prepare(root?.id)
  const sandbox = await context.environment.sandbox()
  const mountPoints = prepareMountPoints(active.tree, STANDARD_MOUNT_POINTS)
  const spec = execSpec(op, active.tree, systemMounts(mountPoints.destinations, context), opTime(context))
  const status = await sandbox.run(
    active.root(),
    spec,
    {
      stdin: 'null',
      stdout: chunk => context.log('stdout', chunk),
      stderr: chunk => context.log('stderr', chunk),
    },
    context.signal,
  )
  if (status.code !== 0) throw runFailed(op, status.code, status.signal)
  removeStubs(active.tree, mountPoints)
  return await active.commit({ epoch: context.options.epoch, signal: context.signal })
}

function execSpec(op: ExecOp, tree: TreeWriter, mounts: readonly SandboxMount[], now: number): ExecSpec {
  const user = userIn(tree, op.user)
  const cwd = resolveInRoot(tree, op.cwd, { followLast: true })
  if (!cwd.entry) ensureDir(tree, cwd.path, { mode: 0o755, uid: 0, gid: 0, mtime: now })
  return {
    args: op.args,
    env: op.env.some(entry => entry.startsWith('HOME=')) ? op.env : [...op.env, `HOME=${user.home}`],
    cwd: cwd.path,
    uid: user.uid,
    gid: user.gid,
    additionalGids: user.additionalGids,
    hostname: HOSTNAME,
    network: op.network === 'none' ? 'none' : 'host',
    mounts,
    insecure: op.security === 'insecure',
  }
}

/** The host's resolv.conf and a hosts file of the sandbox's own, over the mount points made for them. */
function systemMounts(destinations: readonly string[], context: OpContext): SandboxMount[] {
  const files = systemFiles(context.environment.scratch)
  return STANDARD_MOUNT_POINTS.flatMap((point, index) => {
    const source = files[point.path]
    const destination = destinations[index]
    if (source === undefined || destination === undefined) return []
    return [{ type: 'bind' as const, source, destination, readOnly: true }]
  })
}

const HOSTS = `127.0.0.1\tlocalhost ${HOSTNAME}\n::1\tlocalhost ip6-localhost ip6-loopback\n`

function systemFiles(scratch: string): Record<string, string> {
  const files = { '/etc/resolv.conf': join(scratch, 'resolv.conf'), '/etc/hosts': join(scratch, 'hosts') }
  writeOnce(files['/etc/resolv.conf'], () => readHostResolvConf())
  writeOnce(files['/etc/hosts'], () => HOSTS)
  return files
}

function writeOnce(path: string, content: () => string): void {
  try {
    writeFileSync(path, content(), { flag: 'wx', mode: 0o644 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function readHostResolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8')
  } catch {
    return ''
  }
}

function runFailed(op: ExecOp, exitCode: number, signal: string | undefined): Error {
  const how = signal === undefined ? `exit code: ${exitCode}` : `killed by ${signal} (exit code: ${exitCode})`
  return engineError('ENGINE_RUN_FAILED', `process "${op.args.join(' ')}" did not complete successfully: ${how}`, {
    facts: { exitCode, signal, command: op.args },
  })
}
