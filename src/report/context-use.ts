import { formatSize } from '../base/size.ts'
import { printable } from '../base/source.ts'
import type { ContextFile, ContextUse, FileCount, ProposedPattern } from '../record/index.ts'
import { formatTable } from './format-table.ts'

/** What goes where, in short: steps, what is left over, what is kept out, and a better ignore file. */
export function formatContextUse(use: ContextUse): string {
  return [summary(use), steps(use), keptOut(use), proposal(use), unknownBases(use)].filter(Boolean).join('\n')
}

/** A line for every file: whether it is in, how large it is, who takes it, or which line keeps it out. */
export function formatContextFiles(use: ContextUse): string {
  const rows = use.files.map(file => [stateOf(file), formatSize(file.bytes), printable(file.path), whyOf(file, use)])
  return formatTable(['STATE', 'SIZE', 'PATH', 'WHY'], rows)
}

/** Lines to be added to the ignore file, reasons as comments. */
export function formatProposedIgnore(proposal: readonly ProposedPattern[]): string {
  return proposal.map(({ pattern, reason, bytes }) => `# ${reason}, ${formatSize(bytes)}\n${pattern}\n`).join('')
}

function counted({ files, bytes }: FileCount): string {
  return `${files} file${files === 1 ? '' : 's'}, ${formatSize(bytes)}`
}

function summary(use: ContextUse): string {
  const { context, visible, taken, unused, ignored } = use
  return [
    `Context ${printable(context)}: ${counted(visible)}`,
    `  taken by steps    ${counted(taken)}`,
    `  in no step        ${counted(unused)}`,
    `  kept out          ${counted(ignored)}${use.ignoreFile === undefined ? ' (there is no .dockerignore)' : ` by ${use.ignoreFile}`}`,
    '',
  ].join('\n')
}

function steps(use: ContextUse): string {
  if (use.steps.length === 0) return 'No step takes files from the context.\n'
  const rows = use.steps.map(({ line, files, bytes, text }) => [String(line), String(files), formatSize(bytes), text])
  return formatTable(['LINE', 'FILES', 'SIZE', 'STEP'], rows)
}

/** Lines of the ignore file by what they keep out. */
function keptOut(use: ContextUse): string {
  const byLine = Map.groupBy(
    use.files.flatMap(file => (file.ignoredBy ? [{ ...file.ignoredBy, bytes: file.bytes }] : [])),
    ({ line }) => line,
  )
  if (byLine.size === 0) return ''
  const rows = [...byLine].map(([line, files]) => {
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return { bytes, cells: [String(line), String(files.length), formatSize(bytes), files[0]?.pattern ?? ''] }
  })
  rows.sort((a, b) => b.bytes - a.bytes)
  return formatTable(
    ['LINE', 'FILES', 'SIZE', 'KEPT OUT BY'],
    rows.map(({ cells }) => cells),
  )
}

function proposal(use: ContextUse): string {
  if (use.proposal.length === 0) return ''
  const saved = use.proposal.reduce((sum, { bytes }) => sum + bytes, 0)
  const title = `Lines for ${use.ignoreFile ?? '.dockerignore'}, which would keep out another ${formatSize(saved)}:`
  return `${title}\n\n${formatProposedIgnore(use.proposal).replace(/^/gm, '  ').trimEnd()}\n`
}

function unknownBases({ unknownBases: bases }: ContextUse): string {
  if (bases.length === 0) return ''
  return `Not in the store: ${bases.join(', ')}. Their ONBUILD triggers and ENV are not counted; tare pull gets them.\n`
}

function stateOf(file: ContextFile): string {
  if (file.ignoredBy) return 'out'
  return file.steps.length > 0 ? 'taken' : 'unused'
}

function whyOf(file: ContextFile, { steps: all, ignoreFile }: ContextUse): string {
  if (file.ignoredBy) return `${ignoreFile}:${file.ignoredBy.line}: ${file.ignoredBy.pattern}`
  const takers = file.steps.map(index => `${all[index]?.line}: ${all[index]?.text}`)
  const back = file.broughtBackBy && `${ignoreFile}:${file.broughtBackBy.line}: ${file.broughtBackBy.pattern}`
  return [...takers, ...(back === undefined ? [] : [back])].join('; ') || 'no step takes it'
}
