import type { EntryType, NodeMeta, TreeView, TreeWriter } from '../layer/index.ts'
import type { Random } from './random.ts'
import { editWriter, type TreeEdit } from './tree-edits.ts'

/** Names of all kinds that tars, overlays and JSON get wrong: not UTF-8, long, with spaces, newlines and quotes. */
const NAMES = [
  'a',
  'b',
  'bin',
  'c',
  'data.txt',
  'etc',
  'lib',
  'usr',
  'x y',
  'é',
  '名前',
  '\u{1f600}',
  'quote"',
  'new\nline',
  '-rf',
  '~',
  '.hidden',
  'raw\udcff',
  '\udce4\udcb8',
  'Z',
  'wh',
  'tab\t',
  `long-${'n'.repeat(120)}`,
  `ü${'m'.repeat(180)}`,
  'back\\slash',
] as const
const TARGETS = ['/etc/passwd', '../up', 'a', './b', 'nowhere', '/', 'raw\udcff', 'l'.repeat(150)] as const
const FIRST_MTIME = 1_500_000_000

/** Fills an empty tree: the lower tree of a test. */
export function fillRandomly(writer: TreeWriter, random: Random, steps: number): void {
  for (let i = 0; i < steps; i++) editWriter(writer, randomEdit(writer, random, 0.05))
}

/** Changes a tree at random and returns what was done, to be done again elsewhere. */
export function editRandomly(writer: TreeWriter, random: Random, steps: number): TreeEdit[] {
  const edits: TreeEdit[] = []
  for (let i = 0; i < steps; i++) {
    const edit = randomEdit(writer, random, 0.25)
    editWriter(writer, edit)
    edits.push(edit)
  }
  return edits
}

/** One change that makes sense in the tree as it is. */
function randomEdit(tree: TreeView, random: Random, removing: number): TreeEdit {
  const all = pathsOf(tree)
  const existing = all.filter(({ path }) => path !== '/')
  if (existing.length > 0 && random.chance(removing)) return { kind: 'remove', path: random.pick(existing).path }
  if (existing.length > 0 && random.chance(0.3)) return randomMeta(random.pick(existing), random)
  const dirs = all.filter(({ type }) => type === 'dir')
  const path = `${random.pick(dirs).path.replace(/\/$/, '')}/${random.pick(NAMES)}`
  return randomNode(path, existing, random)
}

function randomNode(path: string, existing: readonly Place[], random: Random): TreeEdit {
  const meta = randomNodeMeta(random)
  const linkable = existing.filter(
    place => place.type !== 'dir' && place.path !== path && !place.path.startsWith(`${path}/`),
  )
  const kind = random.pick(['file', 'file', 'file', 'dir', 'dir', 'symlink', 'link', 'fifo', 'char'] as const)
  const occupied = existing.some(place => place.path === path && place.type === 'dir')
  if (kind === 'dir') return { kind, path, meta }
  if (occupied) return { kind: 'remove', path }
  if (kind === 'symlink')
    return { kind, path, target: random.pick(TARGETS), meta: { ...meta, mode: 0o777, xattrs: undefined } }
  if (kind === 'link' && linkable.length > 0) return { kind, path, target: random.pick(linkable).path }
  if (kind === 'fifo' || kind === 'char') return { kind, path, meta: { ...meta, xattrs: undefined } }
  return { kind: 'file', path, content: random.bytes(random.pick([0, 1, 10, 511, 512, 513, 5000])), meta }
}

function randomMeta(place: Place, random: Random): TreeEdit {
  const meta = randomNodeMeta(random)
  const one = random.pick<Partial<NodeMeta>>([
    { mode: meta.mode },
    { uid: meta.uid, gid: meta.gid },
    { mtime: meta.mtime },
    {},
  ])
  return { kind: 'meta', path: place.path, meta: place.type === 'symlink' ? { uid: meta.uid, gid: meta.gid } : one }
}

function randomNodeMeta(random: Random): NodeMeta {
  return {
    mode: random.pick([0o644, 0o755, 0o600, 0o4755, 0o2755, 0o1777]),
    uid: random.pick([0, 0, 1000, 65534, 3_000_000]),
    gid: random.pick([0, 0, 1000, 3_000_000]),
    mtime: FIRST_MTIME + random.below(1000),
    xattrs: random.chance(0.15) ? new Map([['user.note', random.bytes(random.below(40))]]) : undefined,
  }
}

interface Place {
  readonly path: string
  readonly type: EntryType
}

function pathsOf(tree: TreeView, dir = '/', out: Place[] = [{ path: '/', type: 'dir' }]): Place[] {
  for (const name of tree.readdir(dir)) {
    const path = dir === '/' ? `/${name}` : `${dir}/${name}`
    const type = tree.lstat(path)?.type
    if (type === undefined) throw new Error(`listed but not there: ${path}`)
    out.push({ path, type })
    if (type === 'dir') pathsOf(tree, path, out)
  }
  return out
}
