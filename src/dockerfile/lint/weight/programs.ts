import { isWithin, resolvePath } from './paths.ts'
import type { RunCommand } from './run-commands.ts'
import type { Step } from './stage-steps.ts'
import { compiledLanguage } from './toolchains.ts'

/** What a compiler writes. */
export interface Program {
  readonly language: string
  /** The file, or for cargo the directory that it is in. */
  readonly path: string
  readonly isDirectory: boolean
  readonly command: RunCommand
  readonly step: Step
}

/** The programs that a RUN builds, where their paths can be made out. */
export function programsOf(step: Step): Program[] {
  let directory = step.workdir
  return step.commands.flatMap(command => {
    if (command.name === 'cd') directory = changedDirectory(directory, command)
    const language = compiledLanguage(command)
    const written = language && outputOf(language, command)
    if (!language || written === undefined) return []
    const path = written.startsWith('/') ? resolvePath(written) : directory && resolvePath(written, directory)
    if (path === undefined) return []
    return [{ language, path, isDirectory: language === 'Rust' || written.endsWith('/'), command, step }]
  })
}

/** Where a shell is after `cd`; undefined where that is not known. */
export function changedDirectory(directory: string | undefined, { args }: RunCommand): string | undefined {
  const to = args.find(word => !word.value.startsWith('-'))
  if (!to || to.dynamic || to.value.startsWith('~')) return undefined
  if (to.value.startsWith('/')) return resolvePath(to.value)
  return directory === undefined ? undefined : resolvePath(to.value, directory)
}

function outputOf(language: string, { args }: RunCommand): string | undefined {
  if (language === 'Rust') return cargoDirectory(args)
  if (language !== 'Go' && language !== 'C') return undefined
  for (const [i, { value, dynamic }] of args.entries()) {
    const next = args[i + 1]
    if (value === '-o' && next) return next.dynamic ? undefined : next.value
    if (value.startsWith('-o=')) return dynamic ? undefined : value.slice('-o='.length)
    if (language === 'C' && /^-o./.test(value)) return dynamic ? undefined : value.slice(2)
  }
  return undefined
}

function cargoDirectory(args: RunCommand['args']): string | undefined {
  if (!args.some(({ value }) => value === 'build' || value === 'b')) return undefined
  const target = flagValue(args, '--target')
  if (target?.dynamic) return undefined
  const release = args.some(({ value }) => value === '--release' || value === '-r')
  return ['target', ...(target ? [target.value] : []), release ? 'release' : 'debug'].join('/')
}

function flagValue(args: RunCommand['args'], flag: string): { value: string; dynamic: boolean } | undefined {
  const joined = args.find(({ value }) => value.startsWith(`${flag}=`))
  if (joined) return { value: joined.value.slice(flag.length + 1), dynamic: joined.dynamic }
  const at = args.findIndex(({ value }) => value === flag)
  return at < 0 ? undefined : args[at + 1]
}

/** Whether a COPY of `source` from the program's stage brings the program and nothing else by name. */
export function isProgramSource(source: string, { path, isDirectory }: Program): boolean {
  const copied = resolvePath(source)
  return isDirectory ? copied !== path && isWithin(copied, path) : copied === path
}
