import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { readDockerfile } from './build/inputs/local-inputs.ts'

/** A Dockerfile's bytes and where they come from. */
export interface DockerfileSource {
  /** As errors and findings call it. */
  readonly name: string
  /** Undefined for bytes that were handed in. */
  readonly path: string | undefined
  readonly bytes: Uint8Array
}

/** Reads a path, or the Dockerfile of a directory; what is read already stays as it is. Throws `BUILD_NO_DOCKERFILE`. */
export function readSource(dockerfile: string | Uint8Array | DockerfileSource): DockerfileSource {
  if (typeof dockerfile === 'object' && 'bytes' in dockerfile) return dockerfile
  if (dockerfile instanceof Uint8Array) return { name: 'Dockerfile', path: undefined, bytes: dockerfile }
  const isDirectory = statSync(dockerfile, { throwIfNoEntry: false })?.isDirectory() === true
  if (!isDirectory) return readDockerfile(dirname(dockerfile), dockerfile)
  const { path, bytes } = readDockerfile(dockerfile, undefined)
  return { name: nameIn(dockerfile, path), path, bytes }
}

/** `Dockerfile` in the working directory, `web/Dockerfile` below it. */
function nameIn(directory: string, path = 'Dockerfile'): string {
  const file = path.slice(path.lastIndexOf('/') + 1)
  return directory === '.' ? file : `${directory.replace(/\/+$/, '')}/${file}`
}
