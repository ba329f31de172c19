import { treeTar } from '../../../layer/index.ts'
import type { BuiltOutput } from '../../../progress/index.ts'
import { type ByteSink, writeFileWhole } from '../../whole-file.ts'
import type { TarOutput } from '../output-options.ts'
import { platformDirectory } from './platform-directory.ts'
import type { BuildResult, OutputContext } from './result.ts'

/** `type=tar`: owners as in the image; with an epoch everything has its time. */
export async function exportTar(
  output: TarOutput,
  result: BuildResult,
  { steps, signal }: OutputContext,
): Promise<BuiltOutput> {
  const { dest } = output
  const directory = output.platformSplit ? platformDirectory(result.platform) : undefined
  await steps.run('exporting to client tarball', async transfer => {
    let sent = 0
    const write = async (sink: ByteSink): Promise<void> => {
      for await (const chunk of treeTar(result.tree, { directory, mtime: result.epoch, signal })) {
        await sink(chunk)
        sent += chunk.length
        transfer('tarball', 'sending', sent)
      }
    }
    if (typeof dest === 'string') await writeFileWhole(dest, write)
    else await write(dest)
    transfer('tarball', 'sending', sent, sent, true)
  })
  return { type: 'tar', dest: typeof dest === 'string' ? dest : '-' }
}
