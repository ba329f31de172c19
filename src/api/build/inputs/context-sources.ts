import { type ContextSource, ContextTree } from '../../../engine/index.ts'
import { readIgnore } from './ignore-file.ts'
import type { NamedSource, NamedSources } from './named-sources.ts'
import { type FetchTools, gitTree, httpTree } from './remote-tree.ts'

/** The build context and the named ones that are files, by name. A named one is fetched when a step wants it. */
export function contextSources(
  main: ContextTree,
  named: NamedSources,
  tools: FetchTools,
): ReadonlyMap<string, ContextSource> {
  const sources = new Map<string, ContextSource>([['context', { remote: false, load: async () => main }]])
  for (const [name, each] of named) {
    const source = contextSource(each, tools)
    if (source) sources.set(name, source)
  }
  return sources
}

/** Undefined for what is no files. Each directory is seen through its own ignore file. */
function contextSource(source: NamedSource, tools: FetchTools): ContextSource | undefined {
  switch (source.kind) {
    case 'directory':
      return {
        remote: false,
        load: async () => new ContextTree(source.directory, readIgnore(source.directory)),
      }
    case 'git':
      return { remote: true, load: (_, signal) => gitTree(tools, source.address, signal) }
    case 'http':
      return {
        remote: true,
        load: async (onTransfer, signal) => (await httpTree(tools, source.url, onTransfer, signal)).tree,
      }
    default:
      return undefined
  }
}
