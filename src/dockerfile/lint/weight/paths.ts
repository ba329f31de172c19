/** An absolute path without `.`, `..`, doubled and trailing slashes; `directory` is what relative ones start from. */
export function resolvePath(path: string, directory = '/'): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Whether `path` is `parent` or lies below it. Both are resolved. */
export function isWithin(path: string, parent: string): boolean {
  return parent === '/' || path === parent || path.startsWith(`${parent}/`)
}

/** A source that stands for the whole build context: `.`, `./`, `/`, `*`, `./*`. */
export function isWholeContext(source: string): boolean {
  return /^(?:\.?\/?|(?:\.?\/)?\*|\.\/\.)$/.test(source)
}
