import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { errnoOf, messageOf } from '../../base/error.ts'
import { suggest } from '../../base/suggest.ts'
import { systemErrorWords } from '../../base/system-error.ts'
import { type Dockerfile, type IgnoreMatcher, parseDockerfile, parseIgnore } from '../../dockerfile/index.ts'
import { ContextTree } from '../../engine/index.ts'
import { apiError } from '../errors.ts'
import type { BuildOptions } from './options.ts'

/** What a build reads before it plans. */
export interface BuildInputs {
  readonly dockerfile: Dockerfile
  readonly context: ContextTree
}

/** Reads and parses the Dockerfile and the ignore file. Throws `BUILD_NO_CONTEXT`, `BUILD_NO_DOCKERFILE`, and what parsing throws. */
export function readInputs(options: Pick<BuildOptions, 'context' | 'dockerfile'>): BuildInputs {
  const directory = contextDirectory(options.context)
  const source = readDockerfile(directory, options.dockerfile)
  return {
    dockerfile: parseDockerfile(source.bytes, source.name),
    context: new ContextTree(directory, readIgnore(directory, source.path)),
  }
}

function contextDirectory(context: string): string {
  const directory = resolve(context)
  const stat = statSync(directory, { throwIfNoEntry: false })
  if (stat?.isDirectory()) return directory
  const reason = stat ? 'not a directory' : 'no such file or directory'
  throw apiError('BUILD_NO_CONTEXT', `unable to prepare context: path ${JSON.stringify(context)}: ${reason}`, {
    hint: /^(https?|git|ssh):|^git@/.test(context)
      ? 'Contexts from Git or HTTP are not supported yet; clone or download it first.'
      : 'The last argument is the directory with the files to build from, often a dot.',
    facts: { path: context },
  })
}

interface DockerfileSource {
  readonly name: string
  readonly path: string | undefined
  readonly bytes: Uint8Array
}

function readDockerfile(directory: string, dockerfile: string | Uint8Array | undefined): DockerfileSource {
  if (dockerfile instanceof Uint8Array) return { name: 'Dockerfile', path: undefined, bytes: dockerfile }
  const path = dockerfile === undefined ? defaultDockerfile(directory) : resolve(dockerfile)
  try {
    return { name: dockerfile ?? basename(path), path, bytes: readFileSync(path) }
  } catch (error) {
    throw noDockerfile(directory, dockerfile, path, error)
  }
}

/** `Dockerfile`, else `dockerfile`, as docker build has it. */
function defaultDockerfile(directory: string): string {
  const path = join(directory, 'Dockerfile')
  const lower = join(directory, 'dockerfile')
  return !existsSync(path) && existsSync(lower) ? lower : path
}

function noDockerfile(directory: string, asked: string | undefined, path: string, error: unknown): Error {
  const reason = systemErrorWords(error) ?? messageOf(error)
  const near =
    suggest(basename(path), safeNames(directory)) ?? safeNames(directory).find(name => /dockerfile/i.test(name))
  return apiError('BUILD_NO_DOCKERFILE', `failed to read dockerfile: open ${asked ?? 'Dockerfile'}: ${reason}`, {
    hint: near === undefined ? 'Name it with -f FILE.' : `Did you mean -f ${join(relative('', directory), near)}?`,
    facts: { path },
    cause: error,
  })
}

function safeNames(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** `<Dockerfile>.dockerignore` beside the Dockerfile comes before the context's own. */
function readIgnore(directory: string, dockerfile: string | undefined): IgnoreMatcher {
  const candidates = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    join(directory, '.dockerignore'),
  ]
  for (const path of candidates) {
    try {
      return parseIgnore(readFileSync(path), basename(path))
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error
    }
  }
  return parseIgnore('')
}
