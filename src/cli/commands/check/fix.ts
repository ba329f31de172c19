import { type CheckOptions, checkFix, type FixedDockerfile } from '../../../api/index.ts'
import { encodeText } from '../../../base/text.ts'
import { formatUnifiedDiff } from '../../../report/index.ts'
import type { CliIo } from '../../io.ts'

/**
 * Shows what mending changes, and writes it when asked to; standard input is mended to standard output. Exit code 1
 * when something is left for people, as without --fix.
 */
export async function fixFiles(
  files: readonly (string | Uint8Array)[],
  options: CheckOptions,
  { write, exitZero }: { readonly write: boolean; readonly exitZero: boolean },
  io: CliIo,
): Promise<number> {
  let left = 0
  for (const dockerfile of files) {
    const fixed = await checkFix({ ...options, dockerfile, write })
    const text =
      write && dockerfile instanceof Uint8Array ? fixed.after : formatUnifiedDiff(fixed.name, fixed.before, fixed.after)
    io.stdout.write(encodeText(text))
    io.stderr.write(summary(fixed, write))
    left += fixed.left.length
  }
  return left > 0 && !exitZero ? 1 : 0
}

function summary({ name, fixed, left }: FixedDockerfile, write: boolean): string {
  const mended = `${fixed.length} ${write ? 'mended' : 'can be mended'}`
  const rules = [...new Set(left.map(({ rule }) => rule))].sort().join(', ')
  return `${name}: ${mended}, ${left.length} left${left.length > 0 ? ` (${rules})` : ''}\n`
}
