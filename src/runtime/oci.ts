import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { errnoOf } from '../base/error.ts'
import { windowSizeOf } from '../host/index.ts'
import { lockedRunId, removeCgroups } from './cgroups.ts'
import { assertRunnable } from './check-spec.ts'
import { type ChainTools, runChain } from './child.ts'
import { fstabLine, rootMount } from './root-mount.ts'
import type { ExecIo, ExecSpec, ExitStatus, Sandbox, SandboxRoot } from './sandbox.ts'
import { closeAll, openScratchFile, readScratchFile } from './scratch-file.ts'
import { capabilitiesInMask } from './spec/capabilities.ts'
import { runtimeSpec } from './spec/runtime-spec.ts'
import type { SeccompArchitecture } from './spec/seccomp.ts'
import { type Staging, stageMounts, stagingTools } from './staging.ts'
import { startFailure } from './start-failure.ts'
import { resizeConsole } from './terminal.ts'

export interface OciTools extends ChainTools {
  readonly mount: string
  readonly runtime: string
}

/** How one OCI runtime wants to be called. */
export interface OciFlavor {
  readonly name: 'crun' | 'runc'
  /** Where a private tmpfs holds the runtime's state, which so ends with the mount namespace. */
  privateDir(stateDir: string): string
  readonly options: readonly string[]
  /** The cgroup that the runtime makes for a run; undefined when it is told to make none. */
  cgroup(run: string): string | undefined
  /** Takes a filter compiled before (crun(1), run.oci.seccomp_bpf_data); compiling takes 14 ms, longer than all the rest. */
  readonly takesFilter: boolean
  readonly makesCgroups: boolean
  /** Gives the terminal it made the caller's size, now and at each change. */
  readonly followsSize: boolean
  /** Mounts the root once more without the options that it had. */
  readonly losesRootOptions: boolean
}

export interface OciExtras {
  readonly filter?: string | undefined
  /** Where a run leaves the filter that it compiled. */
  readonly filterFile?: string | undefined
}

/** The private tmpfs covers the cgroup tree, which crun otherwise looks at even when told to leave it alone. */
export const CRUN: OciFlavor = {
  name: 'crun',
  privateDir: () => '/sys/fs/cgroup',
  options: ['--cgroup-manager=disabled'],
  cgroup: () => undefined,
  takesFilter: true,
  makesCgroups: false,
  followsSize: false,
  losesRootOptions: true,
}

/** runc insists on cgroups of its own: made at the top of each tree, under names that `reapCgroups` knows again. */
export const RUNC: OciFlavor = {
  name: 'runc',
  privateDir: stateDir => `${stateDir}/private`,
  options: [],
  cgroup: run => `/${run}`,
  takesFilter: false,
  makesCgroups: true,
  followsSize: true,
  losesRootOptions: false,
}

/**
 * Config, log and fstab are descriptors 3, 4 and 5: nothing of a run has a name, so that a killed one leaves nothing.
 * runc (1.1) makes links in /dev before it enters the root: a symlink there would lead it to the machine's own files.
 */
function scriptOf({ script }: Staging): string {
  const files = script === '' ? '' : `{\n${script}} 2>&4\nexec ${FILES_FD}<&-\n`
  return `"$1" --all --fstab /proc/self/fd/5 2>&4 || exit 125
exec 5<&-
${files}for point in proc dev sys; do
  [ ! -L "$2/$point" ] || { echo "mount point /$point is a symlink" >&4; exit 125; }
done
shift 2
exec "$@"`
}
const FILES_FD = 6
const LOG = '/proc/self/fd/4'

interface Bundle {
  /** Holds config.json, a link to whatever descriptor 3 of the reader is. */
  readonly directory: string
  /** The directory that each run mounts its root on, in its own namespace. */
  readonly root: string
}

/** Runs an OCI runtime in namespaces that die with this process. */
export function ociSandbox(flavor: OciFlavor, tools: OciTools, stateDir: string, extras: OciExtras = {}): Sandbox {
  const bundle = prepareBundle(stateDir)
  const privateDir = flavor.privateDir(stateDir)
  const facts = { rootPath: bundle.root, seccomp: process.arch as SeccompArchitecture, available: ownCapabilities() }
  const global = ['--root', `${privateDir}/state`, '--log', LOG, '--log-format', 'json', ...flavor.options]
  const run = async (root: SandboxRoot, spec: ExecSpec, io: ExecIo, signal?: AbortSignal): Promise<ExitStatus> => {
    assertRunnable(spec)
    const id = newRunId(stateDir, flavor)
    const staging = stageMounts(root, spec, { stateDir, tools: stagingTools, filesFd: FILES_FD })
    const config = runtimeSpec(spec, {
      ...facts,
      mounts: staging.mounts,
      cgroup: flavor.cgroup(id),
      filter: extras.filter,
      console: spec.terminal ? windowSizeOf(0) : undefined,
    })
    // What a process makes itself the filter sees to.
    const devices = spec.insecure === true || !mayHoldDevices(root)
    const hooks = {
      ...(flavor.losesRootOptions && !devices ? rootOptionsHook(tools, bundle.root, spec.readOnlyRoot) : {}),
      ...(extras.filterFile ? learningHook(tools.sh, privateDir, extras.filterFile) : {}),
    }
    const mounted = rootMount(root, bundle.root, { readOnly: spec.readOnlyRoot, devices, cwd: staging.cwd })
    const fds = [
      openScratchFile(JSON.stringify({ ...config, hooks })),
      openScratchFile(),
      openScratchFile(fstabLine('sandbox', privateDir, 'tmpfs', 'mode=700') + mounted.fstab + staging.fstab),
      ...(staging.script === '' ? [] : [openScratchFile(staging.content)]),
    ]
    try {
      const args = [tools.mount, bundle.root, tools.runtime, ...global, 'run', '--bundle', bundle.directory, id]
      const terminal = spec.terminal ? 'copied' : 'none'
      const onResize = flavor.followsSize ? undefined : resizeConsole
      const place = { cwd: mounted.cwd, env: HOST_ENV, fds }
      const command = { tools, script: scriptOf(staging), args, ...place, terminal, onResize, owner: spec } as const
      const status = await runChain(command, io, signal)
      signal?.throwIfAborted()
      const log = status.code === 0 ? '' : readScratchFile(fds[1] as number)
      if (log) throw startFailure(log, spec)
      return status
    } finally {
      closeAll(fds)
      if (flavor.makesCgroups) removeCgroups(id)
    }
  }
  return { name: flavor.name, seccomp: true, pinsTargets: true, run }
}

function mayHoldDevices(root: SandboxRoot): boolean {
  return root.kind === 'directory' || root.devices !== false
}

/** Gives the root the options again that it was mounted with, before the process can run. A hook has to read what it is told. */
function rootOptionsHook({ sh, mount }: OciTools, root: string, readOnly = false): object {
  const options = `remount,bind,nodev${readOnly ? ',ro' : ''}`
  const args = ['sh', '-c', 'while read -r state; do :; done; exec "$@"', 'sh', mount, '-o', options, root]
  return { createContainer: [{ path: sh, args, env: envList() }] }
}

/** Copies the filter out of the runtime's state, where it lies as long as the process runs. */
function learningHook(sh: string, privateDir: string, filterFile: string): object {
  const args = ['sh', '-c', 'cat "$1"/*/seccomp.bpf >"$2"', 'sh', `${privateDir}/state`, filterFile]
  return { poststart: [{ path: sh, args, env: envList() }] }
}

function envList(): string[] {
  return Object.entries(HOST_ENV).map(([name, value]) => `${name}=${value}`)
}

/** libmount's newer way to mount cuts options longer than 255 bytes off. */
const HOST_ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LIBMOUNT_FORCE_MOUNT2: 'always' }

function prepareBundle(stateDir: string): Bundle {
  const bundle = { directory: `${stateDir}/bundle`, root: `${stateDir}/root` }
  for (const directory of [bundle.directory, bundle.root, `${stateDir}/private`])
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  try {
    symlinkSync('/proc/self/fd/3', `${bundle.directory}/config.json`)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
  return bundle
}

function ownCapabilities(): string[] {
  return capabilitiesInMask(/^CapBnd:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0')
}

function newRunId(stateDir: string, flavor: OciFlavor): string {
  return flavor.makesCgroups ? lockedRunId(stateDir) : `run-${randomBytes(8).toString('hex')}`
}
