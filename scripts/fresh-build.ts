import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { runOrThrow } from './command.ts'
import { CHECKOUT } from './tare.ts'

/** Runs `npm run build` unless dist/ is newer than every source file. */
export async function buildIfStale(say: (line: string) => void): Promise<void> {
  const built = join(CHECKOUT, 'dist/index.js')
  if (existsSync(built) && statSync(built).mtimeMs >= newestSource()) return
  say('building Tare (npm run build)')
  await runOrThrow('npm', ['run', 'build'], { cwd: CHECKOUT })
}

function newestSource(): number {
  const folder = join(CHECKOUT, 'src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Math.max(...files.map(name => statSync(join(folder, name)).mtimeMs))
}
