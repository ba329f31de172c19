import type { Outline, OutlineArgument, OutlineMount } from '../../record/index.ts'
import { parseMount } from '../instructions/parse-mount.ts'
import type { ArgInstruction, Dockerfile } from '../instructions/types.ts'
import type { LintInput } from '../lint/rule.ts'
import { isRunStep, type Step } from '../lint/weight/stage-steps.ts'
import { type StageView, stagesOf } from '../lint/weight/stages.ts'
import { expandWord } from '../shell/expand.ts'
import type { EnvLookup } from '../shell/types.ts'
import { descriptionOf } from './described.ts'

/** A global ARG, with the others that its default is made of. */
interface Global extends OutlineArgument {
  readonly uses: readonly string[]
}

/**
 * What the target can be given, as `docker build --call=outline` tells: arguments of the stages that are built and those
 * that their FROM lines use, by line; secrets and SSH agents. Of things of the same name the one nearest to the target
 * counts. Empty when no stage is the target. Throws what words and mounts throw.
 */
export function outlineOf(input: LintInput): Outline {
  const { target } = stagesOf(input)
  const { file } = input.dockerfile
  if (!target) return { file, name: undefined, description: undefined, args: [], secrets: [], ssh: [] }
  const globals = globalArguments(input)
  const stages = nearestFirst(target)
  const parts = stages.map(view => stageOutline(view, globals, input))
  const { name, from } = target.stage
  return {
    file,
    name,
    description: descriptionOf(name, from.comments),
    args: firstOfName(parts.flatMap(({ args }) => args)),
    secrets: firstOfName(parts.flatMap(({ secrets }) => secrets)),
    ssh: firstOfName(parts.flatMap(({ ssh }) => ssh)),
  }
}

function nearestFirst(target: StageView): StageView[] {
  const found = new Set<StageView>()
  const open = [target]
  for (let view = open.pop(); view; view = open.pop()) {
    if (found.has(view)) continue
    found.add(view)
    const others = [...view.needs].filter(need => need !== view.parent).toReversed()
    open.push(...others, ...(view.parent ? [view.parent] : []))
  }
  return [...found]
}

function firstOfName<T extends { readonly name: string; readonly line: number }>(all: readonly T[]): T[] {
  const first = new Map<string, T>()
  for (const each of all) if (!first.has(each.name)) first.set(each.name, each)
  return [...first.values()].sort((a, b) => a.line - b.line)
}

function globalArguments({ dockerfile, buildArgs }: LintInput): ReadonlyMap<string, Global> {
  const globals = new Map<string, Global>()
  for (const instruction of dockerfile.metaArgs) {
    for (const { key, value } of instruction.args) {
      const { value: own, matched } = expandWord(value ?? '', name => globals.get(name)?.value, optionsOf(dockerfile))
      const given = buildArgs.get(key) ?? (value === undefined ? undefined : own)
      globals.set(key, { ...declared(key, given, instruction), uses: matched })
    }
  }
  return globals
}

function optionsOf({ escape: escapeChar }: Dockerfile) {
  return { escape: escapeChar } as const
}

function declared(name: string, value: string | undefined, { comments, range }: ArgInstruction): OutlineArgument {
  return { name, description: descriptionOf(name, comments), value, line: range.startLine }
}

type StageOutline = Pick<Outline, 'args' | 'secrets' | 'ssh'>

function stageOutline(view: StageView, globals: ReadonlyMap<string, Global>, input: LintInput): StageOutline {
  const args = new Map<string, OutlineArgument>()
  const secrets: OutlineMount[] = []
  const ssh: OutlineMount[] = []
  for (const global of usedInFrom(view, globals, input)) args.set(global.name, global)
  for (const step of view.steps) {
    if (step.instruction.kind === 'arg')
      for (const argument of declaredBy(step, step.instruction, globals, input)) args.set(argument.name, argument)
    for (const { type, mount } of mountsOf(step, input)) (type === 'secret' ? secrets : ssh).push(mount)
  }
  return { args: [...args.values()], secrets, ssh }
}

function usedInFrom(view: StageView, globals: ReadonlyMap<string, Global>, { dockerfile }: LintInput): Set<Global> {
  const { image, platform = '' } = view.stage.from
  const lookup: EnvLookup = name => globals.get(name)?.value ?? (globals.has(name) ? '' : undefined)
  const { matched } = expandWord(`${image} ${platform}`, lookup, optionsOf(dockerfile))
  const used = new Set(matched.flatMap(name => globals.get(name) ?? []))
  for (const global of used) for (const deeper of global.uses.flatMap(name => globals.get(name) ?? [])) used.add(deeper)
  return used
}

/** `ARG NAME` stands for the global of this name. The platform's arguments are nothing that one gives. */
function declaredBy(
  step: Step,
  instruction: ArgInstruction,
  globals: ReadonlyMap<string, Global>,
  { buildArgs, dockerfile }: LintInput,
): OutlineArgument[] {
  return instruction.args.flatMap(({ key, value }) => {
    const global = globals.get(key)
    if (value === undefined && global) return [global]
    if (value === undefined && /^(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)$/.test(key)) return []
    const lookup: EnvLookup = name => step.value(name)
    const own = value === undefined ? undefined : expandWord(value, lookup, optionsOf(dockerfile)).value
    return [declared(key, buildArgs.get(key) ?? own, instruction)]
  })
}

function mountsOf(step: Step, { dockerfile }: LintInput): { type: 'secret' | 'ssh'; mount: OutlineMount }[] {
  if (!isRunStep(step)) return []
  const { mounts, range } = step.instruction
  const expand = (word: string): string => expandWord(word, name => step.value(name), optionsOf(dockerfile)).value
  return mounts.flatMap(flag => {
    const mount = parseMount(flag, expand, { file: dockerfile.file, range: flag.range })
    if (mount.type !== 'secret' && mount.type !== 'ssh') return []
    return [{ type: mount.type, mount: { name: mount.id, required: mount.required, line: range.startLine } }]
  })
}
