import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A file's text or bytes, `{ link }`, `{ dir: true }`, or a file with a mode. */
export type ContextEntry =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly dir: true; readonly mode?: number }
  | { readonly text: string | Uint8Array; readonly mode: number }

/** Writes a table of path -> entry into a folder; parents are made. Entries come in the order of the table. */
export function writeContext(folder: string, entries: Readonly<Record<string, ContextEntry>>): void {
  for (const [path, entry] of Object.entries(entries)) writeEntry(join(folder, path), entry)
}

function writeEntry(path: string, entry: ContextEntry): void {
  mkdirSync(dirname(path), { recursive: true })
  if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(path, entry)
  else if ('link' in entry) symlinkSync(entry.link, path)
  else writeWithMode(path, entry)
}

function writeWithMode(
  path: string,
  entry: { dir: true; mode?: number } | { text: string | Uint8Array; mode: number },
): void {
  if ('dir' in entry) mkdirSync(path, { recursive: true })
  else writeFileSync(path, entry.text)
  // Not by the umask.
  if (entry.mode !== undefined) chmodSync(path, entry.mode)
}
