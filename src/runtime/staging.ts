import { mkdirSync, statSync } from 'node:fs'
import { fstabLine, rootMount, sharedDirectory } from './root-mount.ts'
import type { ExecSpec, SandboxBind, SandboxFile, SandboxMount, SandboxRoot, SandboxTmpfs } from './sandbox.ts'
import { shellWord } from './shell-word.ts'
import { requireTool } from './tools.ts'

/** A mount whose source is there when the sandbox's own mounts are made. */
export type ReadyMount = (SandboxBind & { readonly isFile: boolean }) | SandboxTmpfs

/** What has to be mounted and made, in the run's own mount namespace, before the mounts of a spec can be. */
export interface Staging {
  readonly mounts: readonly ReadyMount[]
  /** Where relative names in `fstab` start; the root's names too. */
  readonly cwd: string
  readonly fstab: string
  /** Shell text that makes the files once `fstab` is mounted; empty when there are none. */
  readonly script: string
  /** What `script` reads at descriptor `filesFd`. */
  readonly content: Uint8Array
}

export interface StagingTools {
  readonly dd: string
  readonly chmod: string
  readonly chown: string
}

/**
 * Makes of all mounts such that any sandbox can carry out. Trees are mounted on directories below `stateDir` that every run
 * may use, as each has a mount namespace of its own; files lie on a tmpfs there, which ends with the run.
 */
export function stageMounts(
  root: SandboxRoot,
  spec: Pick<ExecSpec, 'mounts'>,
  {
    stateDir,
    tools,
    filesFd,
  }: { readonly stateDir: string; readonly tools: () => StagingTools; readonly filesFd: number },
): Staging {
  const directory = `${stateDir}/mounts`
  const trees = spec.mounts.flatMap(mount => (mount.type === 'tree' ? [mount] : []))
  const files = spec.mounts.flatMap(mount => (mount.type === 'file' ? [mount] : []))
  const cwd = sharedDirectory([root, ...trees.map(tree => tree.root)])
  const treeLines = trees.map((tree, n) => {
    const target = makeDirectory(`${directory}/${n}`)
    return rootMount(tree.root, target, { readOnly: tree.readOnly, cwd }).fstab
  })
  const filesDirectory = files.length > 0 ? makeDirectory(`${directory}/files`) : ''
  const filesLine =
    files.length > 0 ? [fstabLine('files', filesDirectory, 'tmpfs', 'mode=700,nosuid,nodev,noexec')] : []
  const ready = (mount: SandboxMount): ReadyMount => {
    const { destination, readOnly } = mount
    if (mount.type === 'tree') {
      const path = mount.path === '/' ? '' : mount.path
      return {
        type: 'bind',
        source: `${directory}/${trees.indexOf(mount)}${path}`,
        destination,
        readOnly,
        isFile: mount.isFile,
      }
    }
    if (mount.type === 'file')
      return {
        type: 'bind',
        source: `${filesDirectory}/${files.indexOf(mount)}`,
        destination,
        readOnly: true,
        inert: true,
        isFile: true,
      }
    return mount.type === 'bind' ? { ...mount, isFile: !statSync(mount.source).isDirectory() } : mount
  }
  return {
    mounts: spec.mounts.map(ready),
    cwd,
    fstab: [...treeLines, ...filesLine].join(''),
    script: files.length > 0 ? filesScript(files, filesDirectory, tools(), filesFd) : '',
    content: Buffer.concat(files.map(file => file.content)),
  }
}

function makeDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

/** The programs that make files; looked for when a run needs them. */
export function stagingTools(): StagingTools {
  return { dd: requireTool('dd'), chmod: requireTool('chmod'), chown: requireTool('chown') }
}

/** Nothing of a file is in the text, which anybody can see as an argument of the shell. */
function filesScript(files: readonly SandboxFile[], directory: string, tools: StagingTools, fd: number): string {
  let offset = 0
  const lines = files.map(({ content, mode, uid, gid }, n) => {
    const path = shellWord(`${directory}/${n}`)
    const range = `skip=${offset} count=${content.length} iflag=skip_bytes,count_bytes,fullblock bs=64k status=none`
    offset += content.length
    const made = [
      `${shellWord(tools.dd)} if=/proc/self/fd/${fd} of=${path} ${range}`,
      `${shellWord(tools.chown)} ${uid}:${gid} ${path}`,
      `${shellWord(tools.chmod)} ${mode.toString(8)} ${path}`,
    ]
    return `${made.join(' && ')} || exit 125\n`
  })
  return lines.join('')
}
