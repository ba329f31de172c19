import { parseDockerfile } from '../../../dockerfile/index.ts'
import { ContextTree } from '../../../engine/index.ts'
import { filterProgram } from '../../../host/index.ts'
import { detectCompression, openArchive } from '../../../layer/index.ts'
import type { Bytes } from '../../../oci/index.ts'
import { apiError } from '../../errors.ts'
import type { Workspace } from '../../workspace.ts'
import type { InternalSteps } from '../internal-step.ts'
import { NOTHING_IGNORED } from './ignore-file.ts'
import type { MainInputs } from './local-inputs.ts'
import { archiveTree } from './remote-tree.ts'
import { rewindable } from './rewindable.ts'
import { readTreeDockerfile } from './tree-dockerfile.ts'

/** As much as anybody writes by hand, and more. */
const MAX_DOCKERFILE = 16 * 1024 * 1024

/** Bytes that are an archive, by its content, or else a Dockerfile whose context is empty. Throws `BUILD_INVALID_OPTION`. */
export async function readStreamInputs(
  bytes: Bytes,
  dockerfile: string | undefined,
  workspace: Workspace,
  steps: InternalSteps,
  signal: AbortSignal,
): Promise<MainInputs> {
  const stream = rewindable(bytes, signal)
  const archive = await openArchive(stream.trial, { filter: filterProgram, signal })
  if (archive) {
    stream.forget()
    const context = await steps.run('[internal] load remote build context', async transfer => {
      const tree = await archiveTree(workspace, archive.tar, transfer, signal)
      await stream.drain()
      return tree
    })
    return { context, dockerfile: readTreeDockerfile(context, dockerfile) }
  }
  if (dockerfile !== undefined)
    throw apiError(
      'BUILD_INVALID_OPTION',
      'ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles',
      {
        hint: 'Standard input is no tar archive, and so a Dockerfile; leave -f away, or give an archive.',
      },
    )
  const text = await readDockerfileBytes(stream.rewind())
  const directory = workspace.scratchDirectory()
  return { context: new ContextTree(directory, NOTHING_IGNORED), dockerfile: parseDockerfile(text, 'Dockerfile') }
}

async function readDockerfileBytes(bytes: Bytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of bytes) {
    if (total === 0 && detectCompression(chunk) !== 'none')
      throw apiError('BUILD_INVALID_OPTION', 'reading the build context: it is compressed, but no tar archive')
    total += chunk.length
    if (total > MAX_DOCKERFILE)
      throw apiError(
        'BUILD_INVALID_OPTION',
        'reading the build context: it is neither a tar archive nor a Dockerfile (more than 16 MiB)',
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
