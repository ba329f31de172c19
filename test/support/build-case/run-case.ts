import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runOrThrow } from '../../../scripts/command.ts'
import { flattenImage } from '../flatten.ts'
import type { TestStore } from '../store.ts'
import { tempFolder } from '../temp-folder.ts'
import { type BuildCase, type BuildStep, NotRunnable } from './case.ts'
import { failedAssertion, type StepResult } from './check-asserts.ts'
import { writeEntries } from './write-entries.ts'

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'missed'; readonly reason: string }
  | { readonly kind: 'unscored'; readonly reason: string }

/** Runs a case's builds in a store; `registry` stands for REGISTRY in image names. */
export async function runCase(each: BuildCase, store: TestStore, registry: string): Promise<Outcome> {
  using folder = tempFolder()
  const results: StepResult[] = []
  let begun = 0
  try {
    if (JSON.stringify(each).includes(ALPINE_RELEASE)) await buildAlpine(store)
    let context = ''
    for (const [index, step] of each.steps.entries()) {
      const place = join(folder.path, `step-${index}`)
      // A step without a context of its own builds the one before it again.
      if (step.context !== null || context === '') context = await writeStep(step, place)
      const missed = await runStep(step, { context, place, store, registry, results })
      begun++
      if (missed !== undefined) return { kind: 'missed', reason: `build ${index + 1}: ${missed}` }
    }
    return { kind: 'passed' }
  } catch (error) {
    // What could be carried over of a case is scored.
    if (error instanceof NotRunnable && begun > 0) return { kind: 'passed' }
    if (error instanceof NotRunnable) return { kind: 'unscored', reason: error.message }
    return { kind: 'missed', reason: error instanceof Error ? error.message : String(error) }
  }
}

interface StepPlace {
  readonly context: string
  readonly place: string
  readonly store: TestStore
  readonly registry: string
  readonly results: StepResult[]
}

const ALPINE_RELEASE = '/etc/alpine-release'

/** The stand-in for alpine lacks a file that some cases know alpine by. */
async function buildAlpine(store: TestStore): Promise<void> {
  const input = `FROM docker.io/library/alpine\nRUN echo 3.22.0 > ${ALPINE_RELEASE}\n`
  const built = await store.tare(['build', '-q', '--pull', '-t', 'alpine', '-'], { input })
  if (built.code !== 0) throw new Error(`building alpine: ${lastLines(built.stderr)}`)
}

async function writeStep(step: BuildStep, place: string): Promise<string> {
  if (step.context === null) throw new NotRunnable('its files were not carried over')
  const context = join(place, 'context')
  mkdirSync(context, { recursive: true })
  await writeEntries(context, step.context ?? [])
  return context
}

async function runStep(step: BuildStep, at: StepPlace): Promise<string | undefined> {
  const image = step.output?.attrs['name']?.replace('REGISTRY', at.registry) ?? 'case:latest'
  const args = ['build', '--progress', 'plain', '-t', image, ...(await buildFlags(step, at)), at.context]
  const built = await at.store.tare(args, { signal: AbortSignal.timeout(120_000) })
  const ended = built.code === 0 ? 'ok' : 'error'
  if (ended !== step.expect) return `expected ${step.expect}, exit code ${built.code}: ${lastLines(built.stderr)}`
  if (ended === 'error') return undefined
  if (step.output?.attrs['push'] === 'true') {
    const pushed = await at.store.tare(['push', image])
    if (pushed.code !== 0) return `pushing: ${lastLines(pushed.stderr)}`
  }
  if (step.asserts.length === 0 && step.output === null) return undefined
  const result = step.output?.type === 'oci' ? await saveArchive(step, at, image) : await flatten(at, image)
  const failed = step.asserts
    .map(assertion => failedAssertion(assertion, result, at.results))
    .find(text => text !== undefined)
  at.results.push(result)
  return failed
}

async function buildFlags(step: BuildStep, { place, context, registry, results }: StepPlace): Promise<string[]> {
  const named: Record<string, string> = {}
  for (const [name, entries] of Object.entries(step.named_local_dirs ?? {})) {
    named[name] = join(place, 'named', name)
    await writeEntries(named[name], entries)
  }
  const layout = step.cli.some(isLayoutFlag) ? await previousLayout(results, place) : ''
  const flags = withHostnameArgument(step.cli.map(flag => carriedFlag(flag, registry, named, layout)))
  const file = flags.indexOf('-f')
  if (file >= 0) flags[file + 1] = join(context, flags[file + 1]!)
  else if (typeof step.attrs['filename'] === 'string') flags.push('-f', join(context, step.attrs['filename']))
  if (step.dockerfile_dir !== undefined) {
    await writeEntries(join(place, 'dockerfile'), step.dockerfile_dir)
    flags.push('-f', join(place, 'dockerfile', 'Dockerfile'))
  }
  return flags
}

const EPOCH_2023 = String(Date.UTC(2023, 0, 10, 15, 34, 56) / 1000)

function carriedFlag(flag: string, registry: string, named: Readonly<Record<string, string>>, layout: string): string {
  if (isLayoutFlag(flag)) return flag.replace(/=.*/, `=${layout}`)
  const local = /^(\w+)=local:(\w+)$/.exec(flag)
  if (local !== null) return `${local[1]}=${named[local[2]!] ?? local[2]}`
  const carried = flag
    .replace('REGISTRY', registry)
    .replace(/\{'\$go': .*time\.Date\(2023, 1, 10, 15, 34, 56.*\}/, EPOCH_2023)
  if (carried.includes('$go')) throw new NotRunnable('a flag is made by code that was not carried over')
  return carried
}

/** A context that the public suite makes of the archive that the build before has given. */
function isLayoutFlag(flag: string): boolean {
  return flag.includes('fmt.Sprintf("oci-layout:%s@sha256:%s"')
}

async function previousLayout(results: readonly StepResult[], place: string): Promise<string> {
  const layout = join(place, 'layout')
  mkdirSync(layout, { recursive: true })
  await runOrThrow('tar', ['-C', layout, '-xf', join(results.at(-1)!.files, 'out.tar')])
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as { manifests: { digest: string }[] }
  return `oci-layout://${layout}@${index.manifests[0]!.digest}`
}

/** `--hostname` is an option of the build service; on the command line a build argument stands for it, which wins over it. */
function withHostnameArgument(flags: readonly string[]): string[] {
  const at = flags.indexOf('--hostname')
  if (at < 0) return [...flags]
  return ['--build-arg', `BUILDKIT_SANDBOX_HOSTNAME=${flags[at + 1]}`, ...flags.toSpliced(at, 2)]
}

async function flatten({ store, place }: StepPlace, image: string): Promise<StepResult> {
  const folder = join(place, 'result')
  mkdirSync(folder, { recursive: true })
  const { rootfs, config } = await flattenImage(store, image, folder)
  return { files: rootfs, config: config.config ?? {} }
}

/** An OCI archive as `out.tar`, unpacked when the case asks for a layout. */
async function saveArchive(step: BuildStep, { store, place }: StepPlace, image: string): Promise<StepResult> {
  const files = join(place, 'result')
  mkdirSync(files, { recursive: true })
  const archive = join(files, 'out.tar')
  const saved = await store.tare(['save', '--format', 'oci-archive', '-o', archive, image])
  if (saved.code !== 0 || !existsSync(archive)) throw new Error(`saving ${image}: ${lastLines(saved.stderr)}`)
  if (step.output?.attrs['tar'] === 'false') await runOrThrow('tar', ['-C', files, '-xf', archive])
  return { files, config: {} }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-6).join('\n    ')
}
