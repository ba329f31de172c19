import { readFileSync, writeFileSync } from 'node:fs'

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->` in a Markdown file; the prose around it stays. */
export function writeMarkedPart(file: string, name: string, part: string): void {
  const text = readFileSync(file, 'utf8')
  const [start, end] = placeOf(text, file, name)
  writeFileSync(file, `${text.slice(0, start)}\n${part.trim()}\n${text.slice(end)}`)
}

/** What stands there now. */
export function readMarkedPart(file: string, name: string): string {
  const text = readFileSync(file, 'utf8')
  return text.slice(...placeOf(text, file, name)).trim()
}

function placeOf(text: string, file: string, name: string): [number, number] {
  const open = `<!-- ${name} -->`
  const start = text.indexOf(open)
  const end = text.indexOf(`<!-- /${name} -->`)
  if (start < 0 || end < start) throw new Error(`writing ${file}: no ${open} ... <!-- /${name} --> in it`)
  return [start + open.length, end]
}
