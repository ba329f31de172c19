/**
 * The golden of the public API: everything `import ... from 'tare'` declares, with the types it leads to, as one text.
 * `npm run api` compares it with docs/api.d.ts.txt; `npm run api:update` writes that, to be reviewed as code.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const TYPES = 'dist/types'
const GOLDEN = 'docs/api.d.ts.txt'

/** The entry's declaration file and those its exports come from, each with its text, in the order of the entry. */
function declarations(entry: string): Map<string, string> {
  const found = new Map<string, string>()
  const visit = (file: string): void => {
    if (found.has(file)) return
    const text = readFileSync(file, 'utf8')
    found.set(file, text)
    for (const [, specifier = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
      const target = join(dirname(file), specifier).replace(/\.ts$/, '.d.ts')
      if (existsSync(target) && reachesPublic(target)) visit(target)
    }
  }
  visit(entry)
  return found
}

/** Rooms below api/ are behind the API; their types are part of it only where they are plain data. */
function reachesPublic(file: string): boolean {
  return /^(api|base|record|progress)\//.test(relative(TYPES, file))
}

const text = [...declarations(join(TYPES, 'api/index.d.ts'))]
  .map(([file, content]) => `// ${relative(TYPES, file)}\n${content}`)
  .join('\n')
if (process.argv.includes('--update')) writeFileSync(GOLDEN, text)
else if (!existsSync(GOLDEN) || readFileSync(GOLDEN, 'utf8') !== text) {
  console.error(`the public API differs from ${GOLDEN}; if that is meant, run: npm run api:update`)
  process.exitCode = 1
}
