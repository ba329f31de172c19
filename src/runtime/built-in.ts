import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { TareError } from '../base/error.ts'
import { DEFAULT_DEVICES } from '../host/index.ts'
import { assertRunnable } from './check-spec.ts'
import { type ChainTools, runChain } from './child.ts'
import { prepareDevices } from './device-template.ts'
import type { RuntimeErrorCode } from './error.ts'
import { fstabLine, rootMount } from './root-mount.ts'
import type { ExecIo, ExecSpec, ExitStatus, ResourceLimit, Sandbox, SandboxRoot } from './sandbox.ts'
import { closeAll, openScratchFile, readScratchFile } from './scratch-file.ts'
import { type BuiltInEnvironment, builtInEnvironment } from './secret-environment.ts'
import { shellWord } from './shell-word.ts'
import { capabilitiesInMask, DEFAULT_CAPABILITIES } from './spec/capabilities.ts'
import { DEVICE_MOUNT } from './spec/devices.ts'
import { MASKED_PATHS, READ_ONLY_PATHS } from './spec/protected-paths.ts'
import { shmSize } from './spec/runtime-spec.ts'
import { type ReadyMount, type Staging, stageMounts, stagingTools } from './staging.ts'
import { startFailure } from './start-failure.ts'
import { findTool, requireTool } from './tools.ts'

/** What the built-in sandbox is made of: util-linux, coreutils and a POSIX shell. */
export const BUILT_IN_TOOLS = ['setpriv', 'unshare', 'sh', 'mount', 'cp', 'env'] as const

export type BuiltInTools = ChainTools & Readonly<Record<'mount' | 'cp' | 'env', string>>

/**
 * Descriptor 3 is the log, 4 the fstab of the root, 5 that of what lies in it, 6 that of devices and files, 7 holds the
 * content of files, 8 the secret variables. The mount points are looked at between
 * the two: a symlink in the root must not lead a mount to another place of the machine. The root is then moved over the
 * machine's and entered by chroot, so that there is no way back; tools are still found, because this shell's own root
 * is the machine's.
 */
function scriptOf({ script }: Staging, points: readonly string[], limits: string): string {
  return `root=$1 mount=$2 cp=$3 devices=$4 host=$5 link=$6
shift 6
umask 022
exec 9>&2 2>&3
"$mount" --all --fstab /proc/self/fd/4 || exit 125
${script}for point in proc dev sys; do
  [ -d "$root/$point" ] && [ ! -L "$root/$point" ] || { echo "mount point /$point is not a directory" >&2; exit 125; }
done
printf %s "$host" >/proc/sys/kernel/hostname || exit 125
"$mount" --all --fstab /proc/self/fd/5 || exit 125
"$cp" -a "$devices/." "$root/dev/" || exit 125
${points.map(makePoint).join('')}"$mount" --all --fstab /proc/self/fd/6 || exit 125
[ -z "$link" ] || "$link" link set lo up || exit 125
cd "$root" && "$mount" --move . / || exit 125
${limits}exec 2>&9 9>&- 3>&- 4<&- 5<&- 6<&- 7<&-
. /proc/self/fd/8
exec 8<&-
exec "$@"`
}

/** A sandbox with Docker's capabilities, namespaces and hidden paths, but without a seccomp filter. */
export function builtInSandbox(tools: BuiltInTools, stateDir: string): Sandbox {
  const root = `${stateDir}/root`
  mkdirSync(root, { recursive: true, mode: 0o700 })
  const run = async (source: SandboxRoot, spec: ExecSpec, io: ExecIo, signal?: AbortSignal): Promise<ExitStatus> => {
    assertRunnable(spec)
    const devices = prepareDevices(stateDir)
    const staging = stageMounts(source, spec, { stateDir, tools: stagingTools, filesFd: FILES_FD })
    const rootOptions = { readOnly: spec.readOnlyRoot, devices: spec.insecure, cwd: staging.cwd }
    const mounted = rootMount(source, root, rootOptions)
    const environment = builtInEnvironment(spec, Object.keys(HOST_ENV))
    const [files, folders] = partition(staging.mounts, mount => mount.type === 'bind' && mount.isFile)
    const points = files.map(({ destination }) => `${root}${destination}`)
    const fds = [
      openScratchFile(),
      openScratchFile(mounted.fstab + staging.fstab),
      openScratchFile(systemFstab(root, spec, folders)),
      openScratchFile((spec.insecure ? '' : deviceFstab(root)) + userFstab(root, spec, files)),
      openScratchFile(staging.content),
      openScratchFile(environment.exports),
    ]
    const errors = new LastWords(io)
    try {
      const link = spec.network === 'none' ? loopbackTool() : ''
      const args = [root, tools.mount, tools.cp, devices, spec.hostname, link, ...enter(tools, spec, environment)]
      const unshare = ['--ipc', '--uts', ...(spec.network === 'none' ? ['--net'] : [])]
      const terminal = spec.terminal ? 'own' : 'none'
      const command = {
        tools,
        unshare,
        script: scriptOf(staging, points, limitsScript(spec.limits ?? [])),
        args,
        cwd: mounted.cwd,
        env: HOST_ENV,
        fds,
        terminal,
        owner: spec,
      } as const
      const status = await runChain(command, errors.io, signal)
      signal?.throwIfAborted()
      const log = status.code === 0 ? '' : readScratchFile(fds[0] as number) || errors.ofUnshare(status)
      if (log) throw startFailure(log, spec)
      return status
    } finally {
      closeAll(fds)
    }
  }
  return { name: 'built-in', seccomp: false, pinsTargets: false, run }
}

const FILES_FD = 7

const HOST_ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LIBMOUNT_FORCE_MOUNT2: 'always', LC_ALL: 'C' }

/** From the machine's root into the new one, and down to the process's rights. Every program in it is the machine's. */
function enter(tools: BuiltInTools, spec: ExecSpec, environment: BuiltInEnvironment): string[] {
  const { envArguments, inside } = environment
  const groups = spec.additionalGids.length > 0 ? ['--groups', spec.additionalGids.join(',')] : ['--clear-groups']
  const rights = spec.insecure ? [] : ['--bounding-set', boundingSet(), '--inh-caps=-all', '--ambient-caps=-all']
  const chroot = ['--root=.', `--wd=${spec.cwd}`, ...(spec.uid === 0 ? [] : ['--setuid', String(spec.uid)])]
  return [
    ...[tools.env, ...envArguments],
    ...[tools.setpriv, '--regid', String(spec.gid), ...groups, ...rights],
    ...[tools.unshare, ...chroot, '--'],
    ...(inside.length > 0 ? ['/usr/bin/env', ...inside, ...spec.args] : spec.args),
  ]
}

function boundingSet(): string {
  const bounding = /^CapBnd:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0'
  const own = capabilitiesInMask(bounding)
  const granted = DEFAULT_CAPABILITIES.filter(name => own.includes(name))
  return ['-all', ...granted.map(name => `+${name.slice('CAP_'.length).toLowerCase()}`)].join(',')
}

/** The mounts inside the root, as spec/runtime-spec.ts has them for the OCI runtimes. */
function systemFstab(root: string, spec: ExecSpec, folders: readonly ReadyMount[]): string {
  const secure = 'nosuid,noexec,nodev'
  const at = (path: string): string => `${root}${path}`
  return [
    fstabLine('proc', at('/proc'), 'proc', secure),
    fstabLine('sysfs', at('/sys'), 'sysfs', `${secure},${spec.insecure ? 'rw' : 'ro'}`),
    fstabLine('tmpfs', at('/dev'), 'tmpfs', `nosuid,strictatime,mode=755,size=65536k${spec.insecure ? '' : ',nodev'}`),
    fstabLine(
      'devpts',
      at('/dev/pts'),
      'devpts',
      'X-mount.mkdir,nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5',
    ),
    fstabLine('mqueue', at('/dev/mqueue'), 'mqueue', `X-mount.mkdir,${secure}`),
    fstabLine('shm', at('/dev/shm'), 'tmpfs', `X-mount.mkdir,${secure},mode=1777,size=${shmSize(spec.shmBytes)}`),
    userFstab(root, spec, folders),
    ...(spec.insecure ? [] : protection(at)),
  ].join('')
}

function userFstab(root: string, spec: ExecSpec, mounts: readonly ReadyMount[]): string {
  return mounts.map(mount => userMount(mount, `${root}${mount.destination}`, spec.insecure === true)).join('')
}

function deviceFstab(root: string): string {
  return DEFAULT_DEVICES.map(({ name }) =>
    fstabLine(`/dev/${name}`, `${root}/dev/${name}`, 'none', DEVICE_MOUNT.join(',')),
  ).join('')
}

/** The sandbox's /proc and /sys show what the machine's do: what to hide can be looked up there. */
function protection(at: (path: string) => string): string[] {
  const hidden = MASKED_PATHS.filter(existsSync).map(path =>
    statSync(path).isDirectory()
      ? fstabLine('tmpfs', at(path), 'tmpfs', 'ro,size=0')
      : fstabLine('/dev/null', at(path), 'none', 'bind'),
  )
  const readOnly = READ_ONLY_PATHS.filter(existsSync).map(path => fstabLine(at(path), at(path), 'none', 'bind,ro'))
  return [...hidden, ...readOnly]
}

/** A directory that another mount lacks is made in it; what is missing of the root itself the caller has made. */
function userMount(mount: ReadyMount, target: string, insecure: boolean): string {
  if (mount.type === 'bind') {
    const flags = mount.inert ? ['nosuid', 'noexec', 'nodev'] : insecure ? [] : ['nodev']
    const options = ['rbind', ...(mount.readOnly ? ['ro'] : []), ...flags]
    if (!mount.isFile) options.push('X-mount.mkdir')
    return fstabLine(mount.source, target, 'none', options.join(','))
  }
  const options = ['X-mount.mkdir', 'nosuid', 'nodev', mount.readOnly ? 'ro' : 'rw']
  if (mount.size !== undefined) options.push(`size=${mount.size}`)
  if (mount.mode !== undefined) options.push(`mode=${mount.mode.toString(8)}`)
  return fstabLine('tmpfs', target, 'tmpfs', options.join(','))
}

/** A file to mount over, where the mount that it lies in has none. */
function makePoint(path: string): string {
  const [point, parent] = [shellWord(path), shellWord(path.slice(0, path.lastIndexOf('/')))]
  return `[ -e ${point} ] || { ${shellWord(requireTool('mkdir'))} -p ${parent} && : >${point}; } || exit 125\n`
}

/** They hold for the shell, and so for all that it becomes. */
function limitsScript(limits: readonly ResourceLimit[]): string {
  if (limits.length === 0) return ''
  const value = (limit: number): string => (limit === -1 ? 'unlimited' : String(limit))
  const flags = limits.map(({ name, soft, hard }) => shellWord(`--${name}=${value(soft)}:${value(hard)}`))
  return `${shellWord(requireTool('prlimit', 'Install util-linux.'))} --pid $$ ${flags.join(' ')} || exit 125\n`
}

function partition<T>(items: readonly T[], wanted: (item: T) => boolean): [T[], T[]] {
  return [items.filter(wanted), items.filter(item => !wanted(item))]
}

function loopbackTool(): string {
  const ip = findTool('ip')
  if (ip) return ip
  throw new TareError<RuntimeErrorCode>('SANDBOX_FAILED', 'making a network of its own: ip(8) is not installed', {
    hint: 'Install iproute2, or an OCI runtime (crun or runc).',
  })
}

const KEPT_BYTES = 4096

/**
 * Keeps the end of what a run said on stderr: that the program could not be started, unshare tells only there, by
 * exit code 126 or 127 and a line of its own.
 */
class LastWords {
  readonly io: ExecIo
  #tail = Buffer.alloc(0)

  constructor(io: ExecIo) {
    const { stderr } = io
    if (stderr === 'inherit') this.io = io
    else
      this.io = {
        ...io,
        stderr: chunk => {
          this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-KEPT_BYTES)
          stderr(chunk)
        },
      }
  }

  ofUnshare(status: ExitStatus): string {
    if (status.code !== 126 && status.code !== 127) return ''
    return /(?:^|\n)unshare: (failed to execute [^\n]*)\n?$/.exec(this.#tail.toString())?.[1] ?? ''
  }
}
