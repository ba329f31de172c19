import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeTree } from '../../../layer/index.ts'
import type { BuiltOutput } from '../../../progress/index.ts'
import { outputFailed } from '../../whole-file.ts'
import type { LocalOutput } from '../output-options.ts'
import { platformDirectory } from './platform-directory.ts'
import type { BuildResult, OutputContext } from './result.ts'

/** `type=local`: everything belongs to who runs Tare, as with docker; with an epoch everything has its time. */
export async function exportLocal(
  output: LocalOutput,
  result: BuildResult,
  { steps, signal, warn }: OutputContext,
): Promise<BuiltOutput> {
  const dest = resolve(output.dest)
  const directory = output.platformSplit ? join(dest, platformDirectory(result.platform)) : dest
  const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
  const written = await steps.run('exporting to client directory', async transfer => {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      const onProgress = (bytes: number): void => transfer('files', 'copying', bytes)
      const done = await writeTree(result.tree, directory, { owner, mtime: result.epoch, signal, onProgress })
      transfer('files', 'copying', done.bytes, done.bytes, true)
      return done
    } catch (error) {
      throw outputFailed(directory, error) ?? error
    }
  })
  if (written.withoutXattrs > 0)
    warn('OutputXattrs', `${directory} takes no extended attributes: ${written.withoutXattrs} entries lost theirs`)
  return { type: 'local', dest: output.dest }
}
