import { suggest } from '../../base/suggest.ts'
import type { TreeView } from '../../layer/index.ts'
import type { CopySource, FilesPart } from '../../plan/index.ts'
import { ContextTree, joinPath } from '../context-tree.ts'
import { engineError } from '../errors.ts'
import type { OnMissing } from './select.ts'

/** A source that is not there is an error, and so is the directory before a wildcard; one without a match is none, as in BuildKit. */
export function missingSource(tree: TreeView, part: FilesPart): OnMissing {
  return (source, start) => {
    if (source.wildcard && start === undefined) return
    const wanted = start ?? source.below?.required ?? source.pattern
    const where = part.fromContext ? 'the build context' : 'the stage or image it is copied from'
    const doing = part.mounted ? 'mounting' : 'copying'
    throw engineError('ENGINE_SOURCE_NOT_FOUND', `${doing} ${source.original}: "/${wanted}" not found in ${where}`, {
      hint: hintFor(tree, wanted, source.original),
      facts: { path: wanted },
    })
  }
}

function hintFor(tree: TreeView, wanted: string, written: CopySource['original']): string | undefined {
  const rule = tree instanceof ContextTree ? tree.ignoredBy(`/${wanted}`) : undefined
  if (rule) return `It is excluded by .dockerignore, line ${rule.line}: ${rule.text}`
  if (/(^|\/)\.\.(\/|$)/.test(written))
    return 'A path cannot climb out of the build context; build from a directory above, or add --build-context.'
  return linkHint(tree, `/${wanted}`) ?? nearName(tree, wanted)
}

function nearName(tree: TreeView, pattern: string): string | undefined {
  const slash = pattern.lastIndexOf('/')
  const directory = `/${pattern.slice(0, Math.max(0, slash))}`
  const names = tree.lstat(directory)?.type === 'dir' ? tree.readdir(directory) : []
  const name = suggest(pattern.slice(slash + 1), names)
  return name === undefined ? undefined : `Did you mean ${joinPath(directory, name).slice(1)}?`
}

function linkHint(tree: TreeView, path: string): string | undefined {
  return tree.lstat(path)?.type === 'symlink'
    ? `It is a symlink to ${tree.readlink(path)}, which leads nowhere inside the context; links cannot lead out of it.`
    : undefined
}
