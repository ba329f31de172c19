import { isWithin, resolvePath } from './paths.ts'
import type { RunCommand } from './run-commands.ts'
import type { Step } from './stage-steps.ts'

/** The paths that a RUN removes with `rm`, as written. */
export function removedPaths(commands: readonly RunCommand[]): string[] {
  return commands.flatMap(command =>
    command.name === 'rm' ? command.args.map(word => word.value).filter(value => !value.startsWith('-')) : [],
  )
}

/** Whether a path that RUN removes empties `directory`: the directory, one above it, or everything in it. */
export function isRemoved(directory: string, commands: readonly RunCommand[]): boolean {
  return removedPaths(commands).some(written => {
    const path = written.replace(/\/\*(?:\.\*)?$/, '').replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, '/root')
    return path.startsWith('/') && isWithin(directory, resolvePath(path))
  })
}

/** Whether what is written below `directory` stays out of the layer because something is mounted there. */
export function isMounted(directory: string, step: Step): boolean {
  return step.mounts.some(({ type, target }) => {
    if (type !== 'cache' && type !== 'tmpfs') return false
    const path = step.path(target)
    return path !== undefined && isWithin(directory, path)
  })
}
