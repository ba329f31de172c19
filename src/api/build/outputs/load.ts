import { PassThrough } from 'node:stream'
import { isTareError, messageOf } from '../../../base/error.ts'
import { filterProgram } from '../../../host/index.ts'
import { writeDockerArchive } from '../../../image/index.ts'
import { familiarName, parseReference } from '../../../oci/index.ts'
import type { BuiltOutput } from '../../../progress/index.ts'
import { apiError } from '../../errors.ts'
import { type ByteSink, writeChunk } from '../../whole-file.ts'
import type { LoadOutput } from '../output-options.ts'
import { type EngineAddress, formatAddress, namedEngine, usualEngines } from './engine-address.ts'
import { answers, loadArchive } from './engine-load.ts'
import { imageToWrite } from './image-to-write.ts'
import { type Checked, manifestForm } from './manifest-form.ts'
import type { BuildResult, OutputContext } from './result.ts'

/** `type=docker` without a file, `--load`: into a running Docker or Podman, else by the podman command. */
export async function exportToEngine(
  output: Checked<LoadOutput>,
  result: BuildResult,
  context: OutputContext,
): Promise<BuiltOutput> {
  const { names, annotations, compression = 'uncompressed' } = output
  const shown = shownName(names, result)
  const engine = await findEngine(context, shown)
  const sentTo = await context.steps.run('exporting to docker image format', async transfer => {
    const form = compression === 'uncompressed' ? { plain: true as const, annotations } : manifestForm(output, result)
    const image = await imageToWrite(result, names, form, context, transfer)
    let sent = 0
    const write = (sink: ByteSink): Promise<void> =>
      writeDockerArchive(
        [image],
        chunk => {
          sent += chunk.length
          transfer('tarball', 'sending', sent)
          return sink(chunk)
        },
        context.signal,
      )
    if (engine) await loadArchive(engine, write, context.signal)
    else await loadByPodman(write, shown, context)
    transfer('tarball', 'sending', sent, sent, true)
    return engine ? formatAddress(engine) : 'podman'
  })
  return { type: 'docker', names, sentTo: [sentTo] }
}

/** Undefined where only the podman command can help. */
async function findEngine({ workspace, signal }: OutputContext, image: string): Promise<EngineAddress | undefined> {
  const named = namedEngine(workspace.env)
  for (const address of named ? [named] : usualEngines(workspace.env))
    if (await answers(address, signal)) return address
  if (!named) return undefined
  throw noEngine(`nobody answers at ${formatAddress(named)}`, image)
}

async function loadByPodman(
  write: (sink: ByteSink) => Promise<void>,
  image: string,
  { signal, workspace }: OutputContext,
): Promise<void> {
  const archive = new PassThrough()
  // Whoever writes next throws it.
  archive.on('error', () => undefined)
  const writing = write(chunk => writeChunk(archive, chunk)).then(
    () => void archive.end(),
    (error: Error) => void archive.destroy(error),
  )
  try {
    for await (const _ of filterProgram('podman', ['load', '-q'], archive, signal, workspace.env));
  } catch (error) {
    signal.throwIfAborted()
    if (isTareError(error, 'HOST_FILTER_MISSING')) throw noEngine('no Docker or Podman is running here', image)
    if (isTareError(error, 'HOST_FILTER_FAILED')) throw apiError('LOAD_FAILED', messageOf(error), byHand(image))
    throw error
  } finally {
    archive.destroy(new Error('podman has ended'))
    await writing
  }
}

function noEngine(cause: string, image: string): Error {
  return apiError('LOAD_NO_ENGINE', `loading into Docker: ${cause}`, byHand(image))
}

function byHand(image: string): { readonly hint: string } {
  return { hint: `The image is in Tare's store; to load it by hand: tare save ${image} | docker load` }
}

/** What a user calls the image. */
function shownName(names: readonly string[], { id }: BuildResult): string {
  return names[0] === undefined ? id : familiarName(parseReference(names[0]))
}
