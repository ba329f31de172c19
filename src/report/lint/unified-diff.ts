/** Lines of context around a change. */
const CONTEXT = 3

interface Row {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** The change of one file as a patch (`git apply` takes it); empty when nothing changes. Meant for few changes in a small text. */
export function formatUnifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return ''
  const rows = compare(linesOf(before), linesOf(after))
  const path = name.replace(/^\/+/, '')
  return [`--- a/${path}\n+++ b/${path}\n`, ...hunks(rows)].join('')
}

/** With their line feeds, so that a missing last one is a difference. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** Equal lines at both ends are equal; what is between is compared line by line by its longest common part. */
function compare(before: readonly string[], after: readonly string[]): Row[] {
  let head = 0
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head++
  let tail = 0
  while (
    tail < Math.min(before.length, after.length) - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++
  const same = (lines: readonly string[]): Row[] => lines.map(text => ({ sign: ' ', text }))
  return [
    ...same(before.slice(0, head)),
    ...changed(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ]
}

/** Above this many comparisons the middle is shown as replaced as a whole. */
const MOST = 4_000_000

function changed(before: readonly string[], after: readonly string[]): Row[] {
  const rows: Row[] = []
  const width = after.length + 1
  const common = (before.length + 1) * width <= MOST ? commonLengths(before, after) : undefined
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    if (common && i < before.length && before[i] === after[j]) {
      rows.push({ sign: ' ', text: before[i] ?? '' })
      i++
      j++
    } else if (
      i < before.length &&
      (!common || j === after.length || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    )
      rows.push({ sign: '-', text: before[i++] ?? '' })
    else rows.push({ sign: '+', text: after[j++] ?? '' })
  }
  return rows
}

/** Length of the longest common part of what follows line i of the one and line j of the other. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        before[i] === after[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
  return lengths
}

function hunks(rows: readonly Row[]): string[] {
  const found: string[] = []
  let oldLine = 1
  let newLine = 1
  let at = 0
  while (at < rows.length) {
    const first = rows.findIndex((row, i) => i >= at && row.sign !== ' ')
    if (first < 0) break
    const start = Math.max(at, first - CONTEXT)
    const end = endOfHunk(rows, first)
    oldLine += start - at
    newLine += start - at
    const hunk = rows.slice(start, end)
    const oldCount = hunk.filter(row => row.sign !== '+').length
    const newCount = hunk.filter(row => row.sign !== '-').length
    found.push(`@@ -${span(oldLine, oldCount)} +${span(newLine, newCount)} @@\n`, ...hunk.map(rowText))
    oldLine += oldCount
    newLine += newCount
    at = end
  }
  return found
}

/** Changes with less than two contexts between them share a hunk. */
function endOfHunk(rows: readonly Row[], first: number): number {
  let last = first
  for (let i = first; i < rows.length && i - last <= 2 * CONTEXT; i++) if (rows[i]?.sign !== ' ') last = i
  return Math.min(rows.length, last + CONTEXT + 1)
}

function span(line: number, count: number): string {
  if (count === 1) return String(line)
  return `${count === 0 ? line - 1 : line},${count}`
}

function rowText({ sign, text }: Row): string {
  return text.endsWith('\n') ? sign + text : `${sign}${text}\n\\ No newline at end of file\n`
}
