import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureDir, resolveInRoot, type TreeWriter } from '../../layer/index.ts'
import type { ExecOp } from '../../plan/index.ts'
import {
  type ExecSpec,
  type PreparedMountPoints,
  prepareMountPoints,
  removeStubs,
  type SandboxMount,
  STANDARD_MOUNT_POINTS,
} from '../../runtime/index.ts'
import type { ActiveSnapshot, Snapshot } from '../../snapshot/index.ts'
import type { OpContext } from '../environment.ts'
import { engineError } from '../errors.ts'
import { openMounts } from '../mounts/open-mounts.ts'
import { placeMounts } from '../mounts/places.ts'
import { redactable, redactor } from '../mounts/redact.ts'
import type { VertexResult } from '../result.ts'
import { userIn } from './root-files.ts'
import { scriptMounts } from './script-mount.ts'
import { hostnameOf, systemMounts } from './system-files.ts'
import { opTime } from './write-root.ts'

/** RUN: one process in a sandbox on a new snapshot. `inputs` are the vertex's, the root among them. */
export async function runExec(
  op: ExecOp,
  root: Snapshot | undefined,
  inputs: readonly VertexResult[],
  context: OpContext,
): Promise<Snapshot | undefined> {
  await using active = await context.environment.snapshotter.prepare(root?.id)
  const stubs = await runProcess(op, active, inputs, context)
  for (const points of stubs.toReversed()) removeStubs(active.tree, points)
  return await active.commit({ epoch: context.options.epoch, signal: context.signal })
}

/** Gives what was made in the root for mounts; the mounts themselves are gone by then. */
async function runProcess(
  op: ExecOp,
  active: ActiveSnapshot,
  inputs: readonly VertexResult[],
  context: OpContext,
): Promise<readonly PreparedMountPoints[]> {
  await using stack = new AsyncDisposableStack()
  const sandbox = await context.environment.sandbox()
  const opened = await openMounts(op, { ...context, inputs, stack })
  const system = prepareMountPoints(active.tree, STANDARD_MOUNT_POINTS)
  const own = placeMounts(active.tree, opened.sources, sandbox)
  const mounts = [
    ...systemMounts(op, system.destinations, context),
    ...scriptMounts(op, context.environment.scratch),
    ...own.mounts,
  ]
  const spec = execSpec(op, active.tree, mounts, opened.secretEnv, opTime(context))
  const secrets = redactable(opened.secrets)
  const stdout = redactor(secrets, chunk => context.log('stdout', chunk))
  const stderr = redactor(secrets, chunk => context.log('stderr', chunk))
  const io = { stdin: 'null', stdout: stdout.push, stderr: stderr.push } as const
  const status = await sandbox.run(active.root(), spec, io, context.signal)
  stdout.end()
  stderr.end()
  if (status.code !== 0) throw runFailed(op, status.code, status.signal, fullDiskHint(context.environment.scratch))
  return [system, own.points]
}

function execSpec(
  op: ExecOp,
  tree: TreeWriter,
  mounts: readonly SandboxMount[],
  secretEnv: readonly string[],
  now: number,
): ExecSpec {
  const user = userIn(tree, op.user)
  const cwd = resolveInRoot(tree, op.cwd, { followLast: true })
  if (!cwd.entry) ensureDir(tree, cwd.path, { mode: 0o755, uid: 0, gid: 0, mtime: now })
  return {
    args: op.args,
    env: environmentOf(op, user.home),
    secretEnv,
    cwd: cwd.path,
    uid: user.uid,
    gid: user.gid,
    // As in Docker the process is a member of its own group too: `id` shows it.
    additionalGids: [...new Set([user.gid, ...user.additionalGids])],
    hostname: hostnameOf(op),
    network: op.network === 'none' ? 'none' : 'host',
    mounts,
    shmBytes: op.shmBytes,
    limits: op.ulimits,
    insecure: op.security === 'insecure',
  }
}

/** HOME comes from the user's entry unless the image or an ARG says otherwise. */
function environmentOf(op: ExecOp, home: string): string[] {
  const proxies = new Set(op.proxyEnv.map(entry => entry.slice(0, entry.indexOf('='))))
  const own = op.env.filter(entry => !proxies.has(entry.slice(0, entry.indexOf('='))))
  // As in BuildKit a proxy given to the build is stronger than the image's.
  const given = [...own, ...op.proxyEnv]
  return given.some(entry => entry.startsWith('HOME=')) ? given : [...given, `HOME=${home}`]
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
