import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { messageOf } from '../../../base/error.ts'
import { systemErrorWords } from '../../../base/system-error.ts'
import { type Dockerfile, parseDockerfile } from '../../../dockerfile/index.ts'
import { ContextTree } from '../../../engine/index.ts'
import { readIgnore } from './ignore-file.ts'
import { noDockerfile } from './no-dockerfile.ts'
import { readRegularFile } from './read-regular-file.ts'

/** A build context and its Dockerfile. */
export interface MainInputs {
  readonly dockerfile: Dockerfile
  readonly context: ContextTree
}

/** A context that is a directory, and its Dockerfile. Throws `BUILD_NO_DOCKERFILE`, and what parsing throws. */
export function readLocalInputs(directory: string, dockerfile: string | Uint8Array | undefined): MainInputs {
  const source = dockerfile instanceof Uint8Array ? givenDockerfile(dockerfile) : readDockerfile(directory, dockerfile)
  return {
    dockerfile: parseDockerfile(source.bytes, source.name),
    context: new ContextTree(directory, readIgnore(directory, source.path)),
  }
}

interface DockerfileSource {
  readonly name: string
  readonly path: string | undefined
  readonly bytes: Uint8Array
}

function givenDockerfile(bytes: Uint8Array): DockerfileSource {
  return { name: 'Dockerfile', path: undefined, bytes }
}

/** A Dockerfile on this machine; `directory` is where it is looked for when none is named. */
export function readDockerfile(directory: string, dockerfile: string | undefined): DockerfileSource {
  const path = dockerfile === undefined ? defaultDockerfile(directory) : resolve(dockerfile)
  try {
    const name = dockerfile ?? basename(path)
    if (isHandedOver(path)) return { name, path, bytes: readFileSync(path) }
    if (leadsAway(path)) throw new Error(`it is a link that leads out of ${dirname(path)}`)
    return { name, path, bytes: readRegularFile(path) }
  } catch (error) {
    const names = safeNames(directory)
    const reason = systemErrorWords(error) ?? messageOf(error)
    throw noDockerfile(dockerfile, reason, names, name => join(relative('', directory), name), error)
  }
}

/** What the shell hands over (`-f /dev/stdin`, `-f <(...)`) is the user's own doing. */
function isHandedOver(path: string): boolean {
  return /^\/(dev|proc)\//.test(path)
}

/** As in BuildKit a Dockerfile that is a link lies in the folder of the link: a context cannot bring in others' files. */
function leadsAway(path: string): boolean {
  if (!lstatSync(path).isSymbolicLink()) return false
  const folder = realpathSync(dirname(path))
  return !realpathSync(path).startsWith(folder === sep ? sep : folder + sep)
}

/** `Dockerfile`, else `dockerfile`, as docker build has it. */
function defaultDockerfile(directory: string): string {
  const path = join(directory, 'Dockerfile')
  const lower = join(directory, 'dockerfile')
  return !existsSync(path) && existsSync(lower) ? lower : path
}

function safeNames(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
