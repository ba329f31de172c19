const MIN_WIDTH = 10
const PADDING = 3

/**
 * A table with Docker's spacing: a column is as wide as its widest cell plus three, at least ten, and the last column
 * is not padded. Ends with a line feed. Rows have as many cells as there are columns.
 */
export function formatTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, ...rows]
  const widths = columns.map((_, i) => Math.max(MIN_WIDTH, ...lines.map(line => cellWidth(line[i] ?? '') + PADDING)))
  return lines.map(line => `${formatLine(line, widths)}\n`).join('')
}

function formatLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => (i === cells.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - cellWidth(cell))))
    .join('')
}

function cellWidth(cell: string): number {
  return [...cell].length
}
