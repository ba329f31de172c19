import { DEFAULT_DEVICES, type DeviceNumber } from '../../host/index.ts'
import type { ExecSpec, ResourceLimit, SandboxBind, SandboxTmpfs } from '../sandbox.ts'
import { DEFAULT_CAPABILITIES } from './capabilities.ts'
import { DEVICE_MOUNT } from './devices.ts'
import { MASKED_PATHS, READ_ONLY_PATHS } from './protected-paths.ts'
import { defaultSeccomp, type LinuxSeccomp, type SeccompArchitecture } from './seccomp.ts'

/** What the spec depends on beside the process itself. */
export interface RuntimeSpecFacts {
  /** Host path of the root directory. */
  readonly rootPath: string
  /** Those of the spec, with sources that are there by then. */
  readonly mounts: readonly (SandboxBind | SandboxTmpfs)[]
  /** Undefined: the runtime applies no filter. */
  readonly seccomp: SeccompArchitecture | undefined
  /** Capabilities that this process could give on; an `insecure` process gets them all. */
  readonly available: readonly string[]
  /** The path of the cgroup to make; undefined when the runtime is told to make none. */
  readonly cgroup: string | undefined
  /** The same filter compiled, base64, for crun. */
  readonly filter?: string | undefined
  /** The size of a new console, in cells. */
  readonly console?: { readonly rows: number; readonly columns: number } | undefined
}

interface OciMount {
  readonly destination: string
  readonly type: string
  readonly source: string
  readonly options: readonly string[]
}

/** The part of runtime-spec config.md that Tare uses. */
export interface RuntimeSpec {
  readonly ociVersion: string
  readonly process: Readonly<Record<string, unknown>>
  readonly root: { readonly path: string; readonly readonly: boolean }
  readonly hostname: string
  readonly mounts: readonly OciMount[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly linux: Readonly<Record<string, unknown>> & { readonly seccomp?: LinuxSeccomp }
}

/** The OCI runtime-spec of one process, as `docker build` would run it. Pure. */
export function runtimeSpec(spec: ExecSpec, facts: RuntimeSpecFacts): RuntimeSpec {
  return {
    ociVersion: '1.0.2',
    process: processSpec(spec, facts),
    root: { path: facts.rootPath, readonly: false },
    hostname: spec.hostname,
    mounts: [
      ...systemMounts(spec.insecure === true, spec.shmBytes),
      ...facts.mounts.map(mount => ociMount(mount, spec.insecure === true)),
    ],
    linux: linuxSpec(spec, facts),
    ...(facts.filter && !spec.insecure ? { annotations: { 'run.oci.seccomp_bpf_data': facts.filter } } : {}),
  }
}

function processSpec(spec: ExecSpec, facts: RuntimeSpecFacts): Record<string, unknown> {
  const granted = spec.insecure ? facts.available : DEFAULT_CAPABILITIES.filter(name => facts.available.includes(name))
  return {
    // The runtime then makes a console of the root's own and copies between it and the caller's terminal.
    terminal: spec.terminal === true,
    ...(facts.console ? { consoleSize: { height: facts.console.rows, width: facts.console.columns } } : {}),
    user: { uid: spec.uid, gid: spec.gid, umask: 0o22, additionalGids: spec.additionalGids },
    args: spec.args,
    env: mergedEnvironment(spec),
    ...(spec.limits?.length ? { rlimits: spec.limits.map(rlimit) } : {}),
    cwd: spec.cwd,
    // As in Docker: no inheritable and ambient ones, so that a process that is not root has none in force.
    capabilities: { bounding: granted, effective: granted, permitted: granted },
    // Setuid programs (sudo, su, ping) must work.
    noNewPrivileges: false,
  }
}

/** A name given twice would be up to the program. */
function mergedEnvironment({ env, secretEnv = [] }: ExecSpec): string[] {
  const names = new Set(secretEnv.map(pair => pair.slice(0, pair.indexOf('='))))
  return [...env.filter(pair => !names.has(pair.slice(0, pair.indexOf('=')))), ...secretEnv]
}

function rlimit({ name, soft, hard }: ResourceLimit): object {
  return { type: `RLIMIT_${name.toUpperCase()}`, soft: limitValue(soft), hard: limitValue(hard) }
}

/** RLIM_INFINITY is more than a JavaScript number holds. */
function limitValue(value: number): unknown {
  return value === -1 ? rawJson('18446744073709551615') : value
}

const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }

function linuxSpec(spec: ExecSpec, facts: RuntimeSpecFacts): Record<string, unknown> {
  const kinds = ['pid', 'ipc', 'uts', 'mount', ...(spec.network === 'none' ? ['network'] : [])]
  const place = {
    namespaces: kinds.map(type => ({ type })),
    ...(facts.cgroup === undefined ? {} : { cgroupsPath: facts.cgroup }),
  }
  if (spec.insecure) return place
  return {
    ...place,
    maskedPaths: MASKED_PATHS,
    readonlyPaths: READ_ONLY_PATHS,
    ...(facts.seccomp ? { seccomp: defaultSeccomp(facts.seccomp) } : {}),
  }
}

/** runtime-spec config-linux.md#default-filesystems with Docker's options. */
function systemMounts(insecure: boolean, shmBytes: number | undefined): OciMount[] {
  const sysfs = ['nosuid', 'noexec', 'nodev', insecure ? 'rw' : 'ro']
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k', ...(insecure ? [] : ['nodev'])],
    },
    ...(insecure ? [] : DEFAULT_DEVICES.map(deviceMount)),
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: sysfs },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
    {
      destination: '/dev/shm',
      type: 'tmpfs',
      source: 'shm',
      options: ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${shmSize(shmBytes)}`],
    },
  ]
}

/** As mount(8) takes it. */
export function shmSize(bytes: number | undefined): string {
  return bytes === undefined ? '65536k' : String(bytes)
}

function deviceMount({ name }: DeviceNumber): OciMount {
  return { destination: `/dev/${name}`, type: 'bind', source: `/dev/${name}`, options: [...DEVICE_MOUNT, 'rprivate'] }
}

function ociMount(mount: SandboxBind | SandboxTmpfs, insecure: boolean): OciMount {
  const access = mount.readOnly ? 'ro' : 'rw'
  if (mount.type === 'bind') {
    return {
      destination: mount.destination,
      type: 'bind',
      source: mount.source,
      options: ['rbind', 'rprivate', access, ...flagsOf(mount, insecure)],
    }
  }
  const options = ['nosuid', 'nodev', access]
  if (mount.size !== undefined) options.push(`size=${mount.size}`)
  if (mount.mode !== undefined) options.push(`mode=${mount.mode.toString(8)}`)
  return { destination: mount.destination, type: 'tmpfs', source: 'tmpfs', options }
}

function flagsOf({ inert }: SandboxBind, insecure: boolean): string[] {
  if (inert) return ['nosuid', 'noexec', 'nodev']
  return insecure ? [] : ['nodev']
}
