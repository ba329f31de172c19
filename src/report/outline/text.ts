import { printable } from '../../base/source.ts'
import type { Outline, OutlineMount, TargetList } from '../../record/index.ts'

/** As `docker build --call=outline` prints it: only the parts that there is anything for. */
export function formatOutline({ name, description, args, secrets, ssh }: Outline): string {
  const parts: string[] = []
  if (name !== undefined)
    parts.push(table([['TARGET:', name], ...(description ? [['DESCRIPTION:', description]] : [])], 1))
  if (args.length > 0) {
    const rows = args.map(arg => [arg.name, arg.value ?? '', arg.description ?? ''])
    parts.push(table([['BUILD ARG', 'VALUE', 'DESCRIPTION'], ...rows], 3))
  }
  if (secrets.length > 0) parts.push(table([['SECRET', 'REQUIRED'], ...secrets.map(mountRow)], 3))
  if (ssh.length > 0) parts.push(table([['SSH', 'REQUIRED'], ...ssh.map(mountRow)], 3))
  return parts.map(part => `${part}\n`).join('')
}

function mountRow({ name, required }: OutlineMount): string[] {
  return [name, required ? 'true' : '']
}

/** As `docker build --call=targets` prints it. */
export function formatTargets({ targets }: TargetList): string {
  const rows = targets.map(({ name, isDefault, description }) => [
    [name, isDefault ? '(default)' : undefined].filter(word => word !== undefined).join(' '),
    description ?? '',
  ])
  return table([['TARGET', 'DESCRIPTION'], ...rows], 1)
}

/** Columns as wide as their widest cell, and `gap` blanks; nothing is added behind the last. */
function table(rows: readonly (readonly string[])[], gap: number): string {
  const safe = rows.map(row => row.map(printable))
  const widths = (safe[0] ?? []).map((_, i) => Math.max(...safe.map(row => row[i]?.length ?? 0)) + gap)
  return safe
    .map(row => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('')}\n`)
    .join('')
}
