import { readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
import { scriptMounts } from './script-mount.ts'
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
  const spec = execSpec(
    op,
    active.tree,
    [
      ...systemMounts(mountPoints.destinations, op.hostname ?? HOSTNAME, context),
      ...scriptMounts(op, context.environment.scratch),
    ],
    opTime(context),
  )
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
  if (status.code !== 0) throw runFailed(op, status.code, status.signal, fullDiskHint(context.environment.scratch))
  removeStubs(active.tree, mountPoints)
  return await active.commit({ epoch: context.options.epoch, signal: context.signal })
}

function execSpec(op: ExecOp, tree: TreeWriter, mounts: readonly SandboxMount[], now: number): ExecSpec {
  const user = userIn(tree, op.user)
  const cwd = resolveInRoot(tree, op.cwd, { followLast: true })
  if (!cwd.entry) ensureDir(tree, cwd.path, { mode: 0o755, uid: 0, gid: 0, mtime: now })
  return {
    args: op.args,
    env: environmentOf(op, user.home),
    cwd: cwd.path,
    uid: user.uid,
    gid: user.gid,
    // As in Docker the process is a member of its own group too: `id` shows it.
    additionalGids: [...new Set([user.gid, ...user.additionalGids])],
    hostname: op.hostname ?? HOSTNAME,
    network: op.network === 'none' ? 'none' : 'host',
    mounts,
    insecure: op.security === 'insecure',
  }
}

/** HOME comes from the user's entry unless the image or an ARG says otherwise. */
function environmentOf(op: ExecOp, home: string): string[] {
  const given = [...op.proxyEnv, ...op.env]
  return given.some(entry => entry.startsWith('HOME=')) ? given : [...given, `HOME=${home}`]
}

/** The host's resolv.conf and a hosts file of the sandbox's own, over the mount points made for them. */
function systemMounts(destinations: readonly string[], hostname: string, context: OpContext): SandboxMount[] {
  const files = systemFiles(context.environment.scratch, hostname)
  return STANDARD_MOUNT_POINTS.flatMap((point, index) => {
    const source = files[point.path]
    const destination = destinations[index]
    if (source === undefined || destination === undefined) return []
    return [{ type: 'bind' as const, source, destination, readOnly: true }]
  })
}

function systemFiles(scratch: string, hostname: string): Record<string, string> {
  const files = {
    '/etc/resolv.conf': join(scratch, 'resolv.conf'),
    '/etc/hosts': join(scratch, `hosts-${encodeURIComponent(hostname)}`),
  }
  writeOnce(files['/etc/resolv.conf'], () => readHostResolvConf())
  writeOnce(files['/etc/hosts'], () => `127.0.0.1\tlocalhost ${hostname}\n::1\tlocalhost ip6-localhost ip6-loopback\n`)
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

const LITTLE_BYTES = 1024 * 1024

/** A program may not say that the disk was full, and by the end of the build it no longer is. */
function fullDiskHint(directory: string): string | undefined {
  const { bavail, bsize } = statfsSync(directory)
  if (bavail * bsize >= LITTLE_BYTES) return undefined
  return `The disk of ${dirname(directory)} is full: make room, for instance with \`tare system prune\`, or point $TARE_ROOT elsewhere.`
}

function runFailed(op: ExecOp, exitCode: number, signal: string | undefined, hint: string | undefined): Error {
  const how = signal === undefined ? `exit code: ${exitCode}` : `killed by ${signal} (exit code: ${exitCode})`
  return engineError('ENGINE_RUN_FAILED', `process "${op.args.join(' ')}" did not complete successfully: ${how}`, {
    hint,
    facts: { exitCode, signal, command: op.args },
  })
}
