import { rmSync } from 'node:fs'
import { release } from 'node:os'
import { TareError } from '../base/error.ts'
import type { RuntimeErrorCode } from './error.ts'
import type { SandboxRoot } from './sandbox.ts'

/** What a sandbox's script mounts as the root, relative to the directory it is started in. */
export interface RootMount {
  /** Where the relative names start. */
  readonly cwd: string
  /** A line of fstab(5). */
  readonly fstab: string
}

/**
 * Since Linux 5.10: what a process in the root syncs (dpkg each file) does not wait for the disk. Nothing is lost by
 * it, because a snapshot's files are synced before it is committed, and an uncommitted one does not outlive its build.
 */
const VOLATILE = kernelIsAtLeast(5, 10) ? ['volatile'] : []

function kernelIsAtLeast(major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = release().split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

/** mount(2) takes one page of options. */
const MAX_OPTIONS = 4095

/** OVL_MAX_STACK of the kernel. */
const MAX_LAYERS = 500

export interface RootMountOptions {
  readonly readOnly?: boolean | undefined
  /** Device nodes in the root can be opened: those of the machine's disks too. */
  readonly devices?: boolean | undefined
  /** What names are relative to, when other roots are mounted from there too (`sharedDirectory`). */
  readonly cwd?: string | undefined
}

/** Where relative names of several roots' directories can start. */
export function sharedDirectory(roots: readonly SandboxRoot[]): string {
  return commonDirectory(roots.flatMap(directoriesOf))
}

function directoriesOf(root: SandboxRoot): readonly string[] {
  if (root.kind === 'directory') return []
  const { lower, upper, work } = root
  return [...lower, ...(upper === undefined || work === undefined ? [] : [upper, work])]
}

/**
 * The mount of a root at `target`. Overlay options are explicit, whatever the kernel's defaults; names relative to the
 * snapshots directory make some 500 lower directories fit into the page.
 */
export function rootMount(root: SandboxRoot, target: string, options: RootMountOptions = {}): RootMount {
  const { readOnly, devices } = options
  if (root.kind === 'directory') {
    const flags = ['bind', ...(readOnly ? ['ro'] : []), ...(devices ? [] : ['nodev'])].join(',')
    return { cwd: options.cwd ?? '/', fstab: fstabLine(root.path, target, 'none', flags) }
  }
  const { lower, upper, work } = root
  const cwd = options.cwd ?? sharedDirectory([root])
  const name = (path: string): string => relativeName(path, cwd)
  const over =
    upper === undefined || work === undefined ? [] : [`upperdir=${name(upper)}`, `workdir=${name(work)}`, ...VOLATILE]
  const data = [
    `redirect_dir=off,metacopy=off,index=off,lowerdir=${lower.map(name).join(':')}`,
    ...over,
    ...(readOnly || over.length === 0 ? ['ro'] : []),
    ...(devices ? [] : ['nodev']),
  ].join(',')
  if (work !== undefined) allowAnotherMount(work)
  if (lower.length > MAX_LAYERS)
    throw failed(`mounting the root: ${lower.length} layers do not fit: overlay takes ${MAX_LAYERS} at most`)
  if (data.length > MAX_OPTIONS)
    throw failed(`mounting the root: ${lower.length} layers do not fit into one page of mount options`)
  return { cwd, fstab: fstabLine('overlay', target, 'overlay', data) }
}

/** The kernel marks the working directory of a volatile mount and refuses to mount it again; only a crash would matter. */
function allowAnotherMount(work: string): void {
  rmSync(`${work}/work/incompat`, { recursive: true, force: true })
}

export function fstabLine(source: string, target: string, type: string, options: string): string {
  return `${[source, target, type, options].map(escapeField).join(' ')} 0 0\n`
}

function escapeField(text: string): string {
  return text.replace(/[\s\\#]/g, c => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

function commonDirectory(paths: readonly string[]): string {
  if (paths[0] === undefined) return '/'
  let common = parentOf(paths[0])
  for (const path of paths) while (!path.startsWith(common === '/' ? '/' : `${common}/`)) common = parentOf(common)
  return common
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

function relativeName(path: string, base: string): string {
  const name = path.slice(base === '/' ? 1 : base.length + 1)
  // A comma, colon or backslash would be read as the end of an option or of a name.
  if (/^[\w./+@%=-]+$/.test(name)) return name
  throw failed(`mounting the root: ${JSON.stringify(path)} cannot stand in mount options`)
}

function failed(message: string): TareError<RuntimeErrorCode> {
  return new TareError<RuntimeErrorCode>('SANDBOX_FAILED', message)
}
