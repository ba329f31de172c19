import { suggest } from '../../../base/suggest.ts'
import { apiError } from '../../errors.ts'

/** Docker's words, with the file's name that may have been meant. `shown` is how a name in the list is to be given to -f. */
export function noDockerfile(
  asked: string | undefined,
  reason: string,
  names: readonly string[],
  shown: (name: string) => string,
  cause?: unknown,
): Error {
  const wanted = asked?.slice(asked.lastIndexOf('/') + 1) ?? 'Dockerfile'
  const near = suggest(wanted, names) ?? names.find(name => /dockerfile/i.test(name))
  return apiError('BUILD_NO_DOCKERFILE', `failed to read dockerfile: open ${asked ?? 'Dockerfile'}: ${reason}`, {
    hint: near === undefined ? 'Name it with -f FILE.' : `Did you mean -f ${shown(near)}?`,
    facts: { path: asked ?? 'Dockerfile' },
    cause,
  })
}
