import { resolve } from 'node:path'
import { type ImageToWrite, writeDockerArchive, writeLayout, writeOciArchive } from '../../../image/index.ts'
import type { BuiltOutput, OnTransfer } from '../../../progress/index.ts'
import { type ByteSink, outputFailed, writeFileWhole } from '../../whole-file.ts'
import type { ArchiveOutput } from '../output-options.ts'
import { imageToWrite } from './image-to-write.ts'
import { type Checked, manifestForm } from './manifest-form.ts'
import type { BuildResult, OutputContext } from './result.ts'

/** `type=oci` and `type=docker`: an archive, or with `tar=false` a directory. */
export async function exportArchive(
  output: Checked<ArchiveOutput>,
  result: BuildResult,
  context: OutputContext,
): Promise<BuiltOutput> {
  const { dest, type, names, annotations } = output
  const descriptor = await context.steps.run(`exporting to ${type} image format`, async transfer => {
    const plain = (output.compression ?? (type === 'docker' ? 'uncompressed' : 'gzip')) === 'uncompressed'
    const form = plain ? { plain, annotations } : manifestForm(output, result)
    const image = await imageToWrite(result, names, form, context, transfer)
    if (output.directory) await writeDirectory(image, dest as string, output, context)
    else await writeArchive(image, output, context, transfer)
    return image.image.manifest?.descriptor
  })
  return { type, dest: typeof dest === 'string' ? dest : '-', names, descriptor }
}

async function writeArchive(
  image: ImageToWrite,
  { dest, type }: Checked<ArchiveOutput>,
  { signal }: OutputContext,
  transfer: OnTransfer,
): Promise<void> {
  let sent = 0
  const write = async (sink: ByteSink): Promise<void> => {
    const counting = async (chunk: Uint8Array): Promise<void> => {
      await sink(chunk)
      sent += chunk.length
      transfer('tarball', 'sending', sent)
    }
    await (type === 'oci' ? writeOciArchive : writeDockerArchive)([image], counting, signal)
  }
  if (typeof dest === 'string') await writeFileWhole(dest, write)
  else await write(dest)
  transfer('tarball', 'sending', sent, sent, true)
}

async function writeDirectory(
  image: ImageToWrite,
  dest: string,
  { type }: Checked<ArchiveOutput>,
  { signal }: OutputContext,
): Promise<void> {
  try {
    await writeLayout([image], resolve(dest), { docker: type === 'docker', signal })
  } catch (error) {
    throw outputFailed(dest, error) ?? error
  }
}
