import { familiarName, familiarRepository, type Reference } from './reference.ts'

/** Whether the familiar form of a reference, with or without its tag, fits a pattern of Go's path.Match (`alp*`, `ba[rz]:?`). */
export function matchesFamiliar(pattern: string, reference: Reference): boolean {
  const glob = compile(pattern)
  return glob !== undefined && (glob.test(familiarName(reference)) || glob.test(familiarRepository(reference)))
}

/** Undefined for a malformed pattern, which fits nothing. */
function compile(pattern: string): RegExp | undefined {
  let out = ''
  for (const token of pattern.match(/\*+|\?|\[(?:\\.|[^\]\\])+\]|\\.|[\s\S]/g) ?? []) {
    if (token.startsWith('*')) out += '[^/]*'
    else if (token === '?') out += '[^/]'
    else if (token.length > 1 && token.startsWith('[')) out += token.replace(/(?!^)\[/g, '\\[')
    else if (token === '[' || token === '\\') return undefined
    else out += escapeRegExp(token.length > 1 ? token.slice(1) : token)
  }
  try {
    return new RegExp(`^${out}$`)
  } catch {
    return undefined
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
