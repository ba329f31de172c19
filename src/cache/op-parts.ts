import type { GitAddress } from '../base/git-address.ts'
import { formatPlatform } from '../oci/index.ts'
import type { CopyOp, ExecOp, FilesPart, PlannedMount, Vertex } from '../plan/index.ts'

/** What counts of an op, by name. Step numbers, stage names, labels and ranges are not in a vertex's op and never count. */
export type OpParts = Readonly<Record<string, unknown>> & { readonly type: string }

export function opParts(vertex: Vertex, epoch: number | undefined): OpParts {
  const { op } = vertex
  switch (op.type) {
    case 'exec':
      return { ...execParts(op), platform: formatPlatform(vertex.platform), epoch }
    case 'copy':
      return { ...copyParts(op), epoch }
    case 'mkdir':
      return { type: 'mkdir', path: op.path, user: op.user, epoch }
    case 'http':
      return { type: 'http', name: op.name }
    case 'git':
      return repositoryParts(op.address)
    case 'image':
    case 'context':
      return { type: op.type }
  }
}

/** Proxy variables are left out: where the network is does not say what comes from it. */
function execParts(op: ExecOp): OpParts {
  const { args, script, env, cwd, user, network, security, hostname, shmBytes, ulimits } = op
  // As in BuildKit, addresses do not count.
  const hosts = op.hosts?.map(({ host }) => host)
  const mounts = op.mounts?.map(mountParts)
  const own = { args, script, env, cwd, user, network, security, hostname }
  return { type: 'exec', ...own, shmBytes, ulimits, hosts, mounts }
}

/** As in BuildKit, which directory a cache mount is does not count, only how it begins; nothing of a secret but its name does. */
function mountParts(mount: PlannedMount): object {
  if (mount.type !== 'cache') return mount
  const { id: _, sharing: __, ...rest } = mount
  return rest
}

/** Owners of a context's files are not in its entries and those of a stage's are: `fromContext` is told by the content. */
function copyParts(op: CopyOp): OpParts {
  const { destination, chown, excludes } = op
  const first = op.scratch ? 0 : 1
  const parts = op.parts.map(part => (part.kind === 'inline' ? part : filesParts(part, first)))
  return { type: 'copy', parts, excludes, destination, chown, chmod: modeOf(op.chmod) }
}

function filesParts({ input, sources, unpackArchives }: FilesPart, first: number): Readonly<Record<string, unknown>> {
  const named = sources.map(({ pattern, below }) => [pattern, ...(below ? [below.pattern] : [])])
  return { kind: 'files', source: input - first, sources: named, unpackArchives }
}

/** What counts of a copy beside the selected files: how they were named does not. */
export function landed({ parts, excludes: _, ...rest }: OpParts): OpParts {
  const kept = (parts as readonly Readonly<Record<string, unknown>>[]).map(
    ({ sources: __, source: ___, ...part }) => part,
  )
  return { ...rest, parts: kept }
}

/** The ref is only in what is kept as `.git`: else the commit alone counts. */
function repositoryParts({ url, ref, subdir, keepGitDir, submodules, mtime }: GitAddress): OpParts {
  const kept = keepGitDir && subdir === undefined
  return { type: 'git', url, subdir, kept: kept ? { ref } : undefined, submodules: submodules !== false, mtime }
}

/** `0755` and `755` are one mode. */
function modeOf(chmod: string | undefined): string | undefined {
  return chmod?.replace(/^0+(?=.)/, '')
}
