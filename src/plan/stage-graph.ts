import { suggest } from '../base/suggest.ts'
import {
  type CopyInstruction,
  type Dockerfile,
  type Expansion,
  expandWord,
  type Instruction,
  type Stage,
} from '../dockerfile/index.ts'
import { type Platform, parsePlatform, parseReference } from '../oci/index.ts'
import type { FromName } from './from-names.ts'
import { locate, planError, type SourceSpot } from './plan-error.ts'
import type { GlobalScope } from './scope.ts'
import { type StageStep, stageTriggers } from './triggers.ts'

/** What `--from` stands for. */
export type CopyFrom =
  | { readonly kind: 'stage'; readonly stage: StageNode }
  | { readonly kind: 'image'; readonly reference: string }

/** A stage with its names resolved: all that can be known without looking at any image. */
export interface StageNode {
  readonly index: number
  readonly name: string | undefined
  readonly stage: Stage
  /** FROM's image with variables expanded. */
  readonly image: string
  readonly base: 'scratch' | 'image' | StageNode
  /** `--platform` of FROM; undefined when not given. */
  readonly platform: Platform | undefined
  /** ONBUILD triggers first, then the stage's own instructions. Triggers of a base image are added when it is known. */
  readonly steps: StageStep[]
}

const EMPTY_IMAGE = 'scratch'

/** Resolves FROM lines: variables, platforms, earlier stages. FROM knows stages above it only, and their names in lower case. */
export function buildStages(dockerfile: Dockerfile, scope: GlobalScope): StageNode[] {
  const nodes: StageNode[] = []
  for (const stage of dockerfile.stages) nodes.push(stageNode(dockerfile, stage, scope, nodes))
  return nodes
}

function stageNode(dockerfile: Dockerfile, stage: Stage, scope: GlobalScope, earlier: readonly StageNode[]): StageNode {
  const at = { file: dockerfile.file, range: stage.from.imageRange }
  const { value: image, unmatched } = expandGlobal(dockerfile, stage.from.image, scope, at)
  const hint = undeclaredHint(unmatched, scope)
  if (image === '')
    throw planError('PLAN_INVALID', `expanding FROM ${stage.from.image}: the image's name is empty`, at, { hint })
  const parent = earlier.findLast(node => node.name === image)
  const base = parent ?? (image === EMPTY_IMAGE ? 'scratch' : 'image')
  if (base === 'image') checkReference(image, at, earlier, hint)
  return {
    index: stage.index,
    name: stage.name,
    stage,
    image,
    base,
    platform: stagePlatform(dockerfile, stage, scope),
    steps: [
      ...(parent ? stageTriggers(parent.stage, stage, dockerfile) : []),
      ...stage.instructions.map(instruction => ({ instruction, range: instruction.range, trigger: undefined })),
    ],
  }
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

/** Finds what a step reads from among names in any case (the last of equal ones), then indexes, and takes the rest for an image. */
export function resolveFrom({ name, flag, at }: FromName, nodes: readonly StageNode[]): CopyFrom {
  if (name === '') throw planError('PLAN_INVALID', `resolving ${flag}: expected a stage or an image, got nothing`, at)
  const stage = findStage(name, nodes)
  if (stage) return { kind: 'stage', stage }
  if (/^[+-]?\d+$/.test(name)) {
    const message = `resolving ${flag}=${name}: no stage has this index, expected 0 to ${nodes.length - 1}`
    throw planError('PLAN_UNKNOWN_STAGE', message, at)
  }
  locate(at, () => parseReference(name))
  return { kind: 'image', reference: name }
}

export function findStage(name: string, nodes: readonly StageNode[]): StageNode | undefined {
  const lower = name.toLowerCase()
  return nodes.findLast(node => node.name === lower) ?? (/^\d+$/.test(name) ? nodes[Number(name)] : undefined)
}

export function isCopy(instruction: Instruction): instruction is CopyInstruction {
  return instruction.kind === 'copy' || instruction.kind === 'add'
}
