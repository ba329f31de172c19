import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { userIn } from '../../engine/index.ts'
import { ensureDir, resolveInRoot, type TreeWriter } from '../../layer/index.ts'
import { hostPlatform, parsePlatform, type RunConfig } from '../../oci/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
import {
  type ExitStatus,
  type MountPoint,
  prepareMountPoints,
  type SandboxMount,
  STANDARD_MOUNT_POINTS,
} from '../../runtime/index.ts'
import type { StoredImage } from '../../store/index.ts'
import { apiError } from '../errors.ts'
import { fetchRemote, unpackStored } from '../images/fetch.ts'
import { findImage } from '../images/resolve.ts'
import { Workspace } from '../workspace.ts'
import { commandOf, environmentOf } from './command.ts'
import { holdName } from './name.ts'
import type { RunOptions } from './options.ts'
import { parseVolume, type Volume } from './volumes.ts'

/**
 * Runs one container to its end. Throws `SANDBOX_COMMAND_NOT_FOUND` (facts.exitCode 126 or 127) and everything else that keeps it from starting.
 * @param onTransfer while a missing image is pulled
 */
export async function run(options: RunOptions, onTransfer: OnTransfer = () => undefined): Promise<ExitStatus> {
  if (options.workdir !== undefined && !options.workdir.startsWith('/'))
    throw apiError(
      'RUN_INVALID_OPTION',
      `the working directory '${options.workdir}' is invalid, it needs to be an absolute path`,
    )
  const volumes = (options.volumes ?? []).map(parseVolume)
  await using workspace = await Workspace.open(options)
  workspace.assertCanMakeRoots()
  await workspace.reap()
  using _name = options.name === undefined ? undefined : holdName(workspace, options.name)
  const { image, config } = await imageToRun(workspace, options, onTransfer)
  const args = commandOf(config, options)
  const top = await unpackStored(workspace, image, onTransfer, options.signal)
  if (top) workspace.store.lease().hold('snapshot', top.id)
  await using active = await workspace.snapshotter.prepare(top?.id)
  const hostname = options.hostname ?? randomBytes(6).toString('hex')
  const mounts = mountsOf(active.tree, workspace, hostname, volumes)
  const user = userIn(active.tree, options.user ?? (config.User || undefined))
  const cwd = workingDirectory(active.tree, options.workdir ?? (config.WorkingDir || '/'))
  const sandbox = await workspace.sandbox()
  const spec = {
    args,
    env: environmentOf(config, options, { hostname, home: user.home }),
    cwd,
    uid: user.uid,
    gid: user.gid,
    additionalGids: user.additionalGids,
    hostname,
    network: options.network ?? 'host',
    mounts,
    terminal: options.terminal,
    readOnlyRoot: options.readOnly,
  }
  return await sandbox.run(active.root(), spec, { ...options.io, onStart: options.onStart }, options.signal)
}

async function imageToRun(
  workspace: Workspace,
  options: RunOptions,
  onTransfer: OnTransfer,
): Promise<{ image: StoredImage; config: RunConfig }> {
  const image = localImage(workspace, options) ?? (await remoteImage(workspace, options, onTransfer))
  return { image, config: workspace.store.images.documents(image.id).config.config ?? {} }
}

function localImage(workspace: Workspace, options: RunOptions): StoredImage | undefined {
  if (options.platform !== undefined) return undefined
  try {
    return workspace.store.images.resolve(options.image)
  } catch (error) {
    if ((error as { code?: string }).code === 'IMAGE_NOT_FOUND') return undefined
    throw error
  }
}

async function remoteImage(workspace: Workspace, options: RunOptions, onTransfer: OnTransfer): Promise<StoredImage> {
  const platform = options.platform === undefined ? hostPlatform() : parsePlatform(options.platform)
  const found = await findImage(workspace, options.image, { platform, pull: false, signal: options.signal })
  return found.from === 'store' ? found.image : await fetchRemote(workspace, found.remote, onTransfer, options.signal)
}

function workingDirectory(tree: TreeWriter, path: string): string {
  const resolved = resolveInRoot(tree, path, { followLast: true })
  if (!resolved.entry)
    ensureDir(tree, resolved.path, { mode: 0o755, uid: 0, gid: 0, mtime: Math.floor(Date.now() / 1000) })
  return resolved.path
}

const HOSTNAME_POINT: MountPoint = { path: '/etc/hostname', type: 'file' }

function mountsOf(
  tree: TreeWriter,
  workspace: Workspace,
  hostname: string,
  volumes: readonly Volume[],
): SandboxMount[] {
  const files = systemFiles(workspace.scratchDirectory(), hostname)
  const points = [...STANDARD_MOUNT_POINTS, HOSTNAME_POINT]
  const own = volumes.map(({ destination, type }): MountPoint => ({ path: destination, type }))
  const { destinations } = prepareMountPoints(tree, [...points, ...own])
  const system = points.flatMap((point, index): SandboxMount[] => {
    const source = files.get(point.path)
    return source === undefined ? [] : [{ type: 'bind', source, destination: destinations[index] as string }]
  })
  const bound = volumes.map(({ source, readOnly }, index): SandboxMount => {
    return { type: 'bind', source, readOnly, destination: destinations[points.length + index] as string }
  })
  return [...system, ...bound]
}

function systemFiles(directory: string, hostname: string): Map<string, string> {
  const contents = {
    '/etc/resolv.conf': hostResolvConf(),
    '/etc/hosts': `127.0.0.1\tlocalhost ${hostname}\n::1\tlocalhost ip6-localhost ip6-loopback\n`,
    '/etc/hostname': `${hostname}\n`,
  }
  return new Map(
    Object.entries(contents).map(([path, content]) => {
      const file = join(directory, path.slice('/etc/'.length))
      writeFileSync(file, content, { mode: 0o644 })
      return [path, file]
    }),
  )
}

function hostResolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8')
  } catch {
    return ''
  }
}
