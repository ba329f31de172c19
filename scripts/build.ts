/** Bundles the CLI and the library into dist/, with lazily loaded chunks, and writes the library's type declarations. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

// Made beside dist/ and put in its place: a Tare that starts meanwhile finds the old one or the new one.
const folder = `.dist-${process.pid}`
await build({
  entryPoints: { cli: 'src/cli/index.ts', index: 'src/api/index.ts' },
  outdir: folder,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // A bundled koffi does not find its binary.
  external: ['koffi'],
  define: { TARE_VERSION_DEFINE: JSON.stringify(version) },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
})
copyFileSync('src/cli/main.cjs', `${folder}/main.cjs`)
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', `${folder}/types`], {
  stdio: 'inherit',
})
const old = `${folder}-old`
if (existsSync('dist')) renameSync('dist', old)
renameSync(folder, 'dist')
rmSync(old, { recursive: true, force: true })
