import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseModeChange, parseOctalMode } from '../../src/base/file-mode.ts'
import { type CopyInstruction, parseDockerfile, type Stage } from '../../src/dockerfile/index.ts'
import { runOrThrow } from '../command.ts'
import { type CopyAction, Definition, solveDefinition } from './solve-definition.ts'

/**
 * Builds a Dockerfile whose last stage, FROM an image, is nothing but COPYs: the stages before it and the context by
 * Docker, the COPYs by BuildKit's file operations as BuildKit's newer frontends ask for them (--parents). Tags the image
 * `name`; gives BuildKit's complaint, empty when there is none.
 */
export async function buildByFileOperations(peer: string, name: string, context: string): Promise<string> {
  const dockerfile = parseDockerfile(readFileSync(join(context, 'Dockerfile')))
  const last = dockerfile.stages.at(-1) as Stage
  const copies = last.instructions as readonly CopyInstruction[]
  const definition = new Definition()
  let root = definition.image(local(last.from.image))
  const made = [`${name}-context`]
  const contextImage = definition.image(await buildContext(peer, `${name}-context`, context))
  for (const copy of copies) {
    const from = copy.from?.value
    const stage = from === undefined ? undefined : dockerfile.stages.find(each => each.name === from)
    if (stage) {
      await buildStage(peer, `${name}-${from}`, context, from as string)
      made.push(`${name}-${from}`)
    }
    const source = from === undefined ? contextImage : definition.image(local(stage ? `${name}-${from}` : from))
    root = definition.copy(root, source, actionsOf(copy))
  }
  const complaint = await solveDefinition(peer, definition.upTo(root), name)
  await runOrThrow(peer, ['docker', 'rmi', ...new Set(made)])
  return complaint
}

/** Gives the image in a docker-archive the config and history that the Dockerfile's would have. */
export async function describeArchive(peer: string, archive: string, context: string): Promise<void> {
  const last = parseDockerfile(readFileSync(join(context, 'Dockerfile'))).stages.at(-1) as Stage
  const texts = (last.instructions as readonly CopyInstruction[]).map(historyText)
  const config = await configOf(peer, last.from.image, texts)
  const folder = mkdtempSync(`${archive}-`)
  await runOrThrow('tar', ['-C', folder, '-xf', archive])
  const [manifest] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  const file = join(folder, manifest.Config)
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...config }))
  await runOrThrow('tar', ['-C', folder, '-cf', archive, '.'])
  rmSync(folder, { recursive: true })
}

function local(image: string): string {
  return `docker.io/${image.includes('/') ? image : `library/${image}`}:latest`
}

async function buildContext(peer: string, name: string, context: string): Promise<string> {
  const file = join(context, '..', `${posix.basename(context)}.Dockerfile`)
  const ignore = join(context, '.dockerignore')
  writeFileSync(file, 'FROM scratch\nCOPY . /\n')
  if (existsSync(ignore)) copyFileSync(ignore, `${file}.dockerignore`)
  await runOrThrow(peer, ['docker', 'build', '--network', 'host', '-t', name, '-f', file, context])
  return local(name)
}

async function buildStage(peer: string, name: string, context: string, target: string): Promise<void> {
  const parsable = join(context, '..', `${posix.basename(context)}.stages.Dockerfile`)
  const text = readFileSync(join(context, 'Dockerfile'), 'utf8')
  writeFileSync(parsable, text.slice(0, text.lastIndexOf('FROM ')))
  const flags = ['--network', 'host', '-t', name, '--target', target, '-f', parsable]
  await runOrThrow(peer, ['docker', 'build', ...flags, context])
}

/** What the frontend makes of each source: before the pivot where names start, behind it what to take. */
function actionsOf(copy: CopyInstruction): CopyAction[] {
  const [uid = '', gid = uid] = copy.chown?.split(':') ?? []
  const octal = copy.chmod === undefined ? undefined : parseOctalMode(copy.chmod)
  if (copy.chmod !== undefined && !parseModeChange(copy.chmod)) throw new Error(`unknown mode ${copy.chmod}`)
  return copy.sources.map(source => {
    const pivot = source.indexOf('/./')
    const [start, rest] = pivot < 0 ? ['/', source] : [source.slice(0, pivot), source.slice(pivot + 3)]
    return {
      source: posix.join('/', start),
      destination: copy.destination,
      include: [posix.join('/', rest).slice(1).replace(/\/$/, '')],
      exclude: copy.excludes,
      owner: copy.chown === undefined ? undefined : ([Number(uid), Number(gid)] as const),
      mode: octal,
      change: octal === undefined ? copy.chmod : undefined,
    }
  })
}

function historyText(copy: CopyInstruction): string {
  const { chown, chmod, sources, destination } = copy
  const flags = [
    chown === undefined ? [] : [`--chown=${chown}`],
    chmod === undefined ? [] : [`--chmod=${chmod}`],
  ].flat()
  return ['COPY --parents', ...flags, ...sources, destination].join(' ')
}

/** The base's, with an entry of history for each COPY. */
async function configOf(peer: string, image: string, texts: readonly string[]): Promise<object> {
  const { stdout } = await runOrThrow(peer, ['docker', 'image', 'inspect', image])
  const [{ Config, RootFS }] = JSON.parse(stdout)
  const layers = RootFS.Layers as string[]
  const base = layers.map((_, i) => ({ created_by: i === layers.length - 1 ? 'conformance base' : `layer ${i}` }))
  const own = texts.map(text => ({ created_by: `${text} # buildkit`, comment: 'buildkit.dockerfile.v0' }))
  return { config: Config, history: [...base, ...own] }
}
