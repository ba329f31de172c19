import { suggest } from '../base/suggest.ts'
import { type Dockerfile, type Expansion, expandWord, type Stage } from '../dockerfile/index.ts'
import { type Platform, parsePlatform, parseReference } from '../oci/index.ts'
import { type FromName, MOUNT_FROM } from './from-names.ts'
import { type FoundContext, findContext, type NamedContexts, NO_CONTEXTS } from './named-contexts.ts'
import { locate, planError, type SourceSpot } from './plan-error.ts'
import type { GlobalScope } from './scope.ts'
import { type StageStep, stageTriggers } from './triggers.ts'

/** What `--from` stands for. */
export type CopyFrom =
  | { readonly kind: 'stage'; readonly stage: StageNode }
  | ({ readonly kind: 'image' } & ImageName)
  | { readonly kind: 'files'; readonly context: FoundContext & { readonly type: 'files' } }
  | { readonly kind: 'scratch' }

/** An image to look up, and the named context that it stands in for a name of the Dockerfile as. */
export interface ImageName {
  readonly reference: string
  readonly context: (FoundContext & { readonly type: 'image' }) | undefined
}

/** A stage with its names resolved: all that can be known without looking at any image. */
export interface StageNode {
  readonly index: number
  readonly name: string | undefined
  readonly stage: Stage
  /** FROM's image with variables expanded. */
  readonly image: string
  readonly base: 'scratch' | 'image' | 'files' | StageNode
  /** The named context that stands in for the image, or for the whole stage. */
  readonly context: FoundContext | undefined
  /** The context stands in for the stage: its config counts as it is, and no instruction. */
  readonly replaced: boolean
  /** `--platform` of FROM; undefined when not given. */
  readonly platform: Platform | undefined
  /** ONBUILD triggers first, then the stage's own instructions. Triggers of a base image are added when it is known. */
  readonly steps: StageStep[]
}

const EMPTY_IMAGE = 'scratch'

/**
 * Resolves FROM lines: variables, platforms, earlier stages, named contexts. FROM knows stages above it only, and their
 * names in lower case. A context with a stage's name takes the stage's place; one with an image's name comes after stages.
 */
export function buildStages(dockerfile: Dockerfile, scope: GlobalScope, contexts = NO_CONTEXTS): StageNode[] {
  const nodes: StageNode[] = []
  for (const stage of dockerfile.stages) nodes.push(stageNode(dockerfile, stage, scope, nodes, contexts))
  return nodes
}

function stageNode(
  dockerfile: Dockerfile,
  stage: Stage,
  scope: GlobalScope,
  earlier: readonly StageNode[],
  contexts: NamedContexts,
): StageNode {
  const at = { file: dockerfile.file, range: stage.from.imageRange }
  const { value: image, unmatched } = expandGlobal(dockerfile, stage.from.image, scope, at)
  const hint = undeclaredHint(unmatched, scope)
  if (image === '')
    throw planError('PLAN_INVALID', `expanding FROM ${stage.from.image}: the image's name is empty`, at, { hint })
  const common = { index: stage.index, name: stage.name, stage, image }
  const platform = stagePlatform(dockerfile, stage, scope)
  const standIn = stage.name === undefined ? undefined : findContext(stage.name, contexts)
  if (standIn)
    return { ...common, platform, context: standIn, replaced: true, steps: [], base: baseOf(standIn, earlier, at) }
  const named = earlier.findLast(node => node.name === image)
  const context = named ? undefined : findContext(image, contexts)
  const base = named ?? (context ? baseOf(context, earlier, at) : image === EMPTY_IMAGE ? 'scratch' : 'image')
  if (base === 'image' && !context) checkReference(image, at, earlier, hint)
  const parent = typeof base === 'object' ? base : undefined
  return {
    ...common,
    base,
    context,
    replaced: false,
    platform,
    steps: [
      ...(parent && !parent.replaced ? stageTriggers(parent.stage, stage, dockerfile) : []),
      ...stage.instructions.map(instruction => ({ instruction, range: instruction.range, trigger: undefined })),
    ],
  }
}

/** What a stage begins with that a named context stands in for, or for whose image. */
function baseOf(context: FoundContext, earlier: readonly StageNode[], at: SourceSpot): StageNode['base'] {
  return context.type === 'stage' ? aliasedStage(context, earlier, at) : context.type
}

function aliasedStage(
  { name, stage }: FoundContext & { type: 'stage' },
  nodes: readonly StageNode[],
  at: SourceSpot,
): StageNode {
  const found = findStage(stage, nodes)
  if (found) return found
  const near = suggest(stage, namesOf(nodes))
  const hint =
    near === undefined ? 'target:STAGE names a stage of this Dockerfile that stands above' : `did you mean \`${near}\`?`
  const message = `resolving --build-context ${name}=target:${stage}: no stage above has this name`
  throw planError('PLAN_UNKNOWN_STAGE', message, at, { hint, facts: { context: name, stage } })
}

function stagePlatform(dockerfile: Dockerfile, stage: Stage, scope: GlobalScope): Platform | undefined {
  const written = stage.from.platform
  if (written === undefined) return undefined
  const at = { file: dockerfile.file, range: stage.from.range }
  const { value: text, unmatched } = expandGlobal(dockerfile, written, scope, at)
  const hint = undeclaredHint(unmatched, scope)
  if (text === '')
    throw planError('PLAN_INVALID', `expanding --platform=${written}: the platform is empty`, at, { hint })
  return locate(at, () => parsePlatform(text))
}

function expandGlobal(dockerfile: Dockerfile, word: string, scope: GlobalScope, at: SourceSpot): Expansion {
  return locate(at, () => expandWord(word, name => scope.values.get(name), { escape: dockerfile.escape }))
}

/** FROM sees only what stands above the first FROM; a variable that is not there is the likely reason for an empty word. */
function undeclaredHint(unmatched: readonly string[], scope: GlobalScope): string | undefined {
  const [name] = unmatched
  if (name === undefined) return undefined
  if (scope.declared.has(name)) return `set it with --build-arg ${name}=...`
  const near = suggest(name, [...scope.declared, ...scope.values.keys()])
  const meant = near === undefined ? '' : `did you mean \`${near}\`? `
  return `${meant}ARG ${name} must stand above the first FROM to be seen here`
}

function checkReference(image: string, at: SourceSpot, earlier: readonly StageNode[], unset?: string): void {
  try {
    parseReference(image)
  } catch (cause) {
    const near = suggest(image, namesOf(earlier))
    const hint = near === undefined ? unset : `did you mean the stage \`${near}\`?`
    throw planError('PLAN_INVALID', `parsing FROM ${image}: invalid reference format`, at, { cause, hint })
  }
}

export function namesOf(nodes: readonly StageNode[]): string[] {
  return nodes.flatMap(node => (node.name === undefined ? [] : [node.name]))
}

/**
 * Finds what a step reads from among names in any case (the last of equal ones), then indexes, then named contexts, and
 * takes the rest for an image.
 */
export function resolveFrom(from: FromName, nodes: readonly StageNode[], contexts = NO_CONTEXTS): CopyFrom {
  const { name, flag, at } = from
  if (name === '') throw planError('PLAN_INVALID', `resolving ${flag}: expected a stage or an image, got nothing`, at)
  const stage = flag === MOUNT_FROM ? findNamed(name, nodes) : findStage(name, nodes)
  if (stage) return { kind: 'stage', stage }
  if (name === EMPTY_IMAGE) return { kind: 'scratch' }
  if (flag === MOUNT_FROM && findStage(name, nodes)) throw indexOfMount(from)
  if (/^[+-]?\d+$/.test(name)) {
    const message = `resolving ${flag}=${name}: no stage has this index, expected 0 to ${nodes.length - 1}`
    throw planError('PLAN_UNKNOWN_STAGE', message, at)
  }
  const context = findContext(name, contexts)
  if (context) return readFromContext(context, nodes, at)
  locate(at, () => parseReference(name))
  return { kind: 'image', reference: name, context: undefined }
}

function readFromContext(context: FoundContext, nodes: readonly StageNode[], at: SourceSpot): CopyFrom {
  switch (context.type) {
    case 'stage':
      return { kind: 'stage', stage: aliasedStage(context, nodes, at) }
    case 'image':
      return { kind: 'image', reference: context.reference, context }
    case 'files':
      return { kind: 'files', context }
    case 'scratch':
      return { kind: 'scratch' }
  }
}

export function findStage(name: string, nodes: readonly StageNode[]): StageNode | undefined {
  return findNamed(name, nodes) ?? (/^\d+$/.test(name) ? nodes[Number(name)] : undefined)
}

function findNamed(name: string, nodes: readonly StageNode[]): StageNode | undefined {
  const lower = name.toLowerCase()
  return nodes.findLast(node => node.name === lower)
}

/** BuildKit takes an index for the name of an image here. */
function indexOfMount({ name, flag, at }: FromName): Error {
  const hint = 'give the stage a name: FROM ... AS NAME'
  return planError('PLAN_UNKNOWN_STAGE', `resolving ${flag}=${name}: a mount knows stages by name only`, at, { hint })
}

/** What a stage begins with where that is an image. */
export function baseImageOf({ base, image, context }: StageNode): ImageName | undefined {
  if (base !== 'image') return undefined
  return context?.type === 'image'
    ? { reference: context.reference, context }
    : { reference: image, context: undefined }
}
