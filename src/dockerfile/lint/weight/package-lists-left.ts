import type { LintInput, RuleFinding } from '../rule.ts'
import { isMounted, isRemoved } from './clean-up.ts'
import type { SystemPackages } from './package-commands.ts'
import { type Asked, appendRemoval, insertNoCache, needsLists, packagesAsked } from './package-lists-fix.ts'
import { isRunStep, type Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

export const packageListsLeft = weightRule(
  'PackageListsLeft',
  'Package lists and downloaded packages should not stay in a layer of the image',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  let needed: boolean | undefined
  for (const step of stagesOf(input).imageSteps) {
    if (!isRunStep(step)) continue
    const all = packagesAsked(step)
    if (all.length === 0) continue
    for (const { manager, find, message, hint } of LEAVERS) {
      const left = find(step, all)
      if (!left) continue
      if (manager === 'apt') needed ??= needsLists(input)
      const fix = manager === 'apt' ? appendRemoval(step, input) : insertNoCache(left, step, input)
      yield { message, range: step.instruction.range, hint, fix: manager === 'apt' && needed ? undefined : fix }
    }
  }
}

interface Leaver {
  readonly manager: SystemPackages
  find(step: Step, all: readonly Asked[]): Asked | undefined
  readonly message: string
  readonly hint: string
}

const LEAVERS: readonly Leaver[] = [
  {
    manager: 'apt',
    find: findApt,
    message: 'The package lists that apt-get update downloads stay in the layer',
    hint: 'end this RUN with && rm -rf /var/lib/apt/lists/*, or mount caches at /var/lib/apt and /var/cache/apt',
  },
  {
    manager: 'apk',
    find: findApk,
    message: 'The package index that apk downloads stays in the layer',
    hint: 'write apk add --no-cache, without apk update before it',
  },
  {
    manager: 'dnf',
    find: findDnf,
    message: 'The package lists and packages that dnf downloads stay in the layer',
    hint: 'end this RUN with && dnf clean all, or mount a cache at /var/cache',
  },
  {
    manager: 'zypper',
    find: findZypper,
    message: 'The package lists that zypper downloads stay in the layer',
    hint: 'end this RUN with && zypper clean --all, or mount a cache at /var/cache/zypp',
  },
  {
    manager: 'pacman',
    find: findPacman,
    message: 'The package lists and packages that pacman downloads stay in the layer',
    hint: 'end this RUN with && pacman -Scc --noconfirm, or mount a cache at /var/cache/pacman',
  },
]

function findApt(step: Step, all: readonly Asked[]): Asked | undefined {
  const lists = '/var/lib/apt/lists'
  const update = all.find(({ asked }) => asked.manager === 'apt' && asked.action === 'update')
  const cleaned = all.some(({ asked }) => asked.manager === 'apt' && asked.action === 'clean')
  return cleaned || isRemoved(lists, step.commands) || isMounted(lists, step) || deletes(step, lists)
    ? undefined
    : update
}

/** `find /var/lib/apt/lists -delete` and the like. */
function deletes(step: Step, directory: string): boolean {
  return step.commands.some(
    ({ name, args }) =>
      name === 'find' &&
      args.some(word => word.value.startsWith(directory)) &&
      args.some(word => word.value === '-delete' || word.value === 'rm'),
  )
}

function findApk(step: Step, all: readonly Asked[]): Asked | undefined {
  if (isRemoved('/var/cache/apk', step.commands) || isMounted('/var/cache/apk', step)) return undefined
  return all.find(({ asked: { manager, action, flags } }) => {
    if (manager !== 'apk' || action === 'remove' || flags.includes('--no-cache') || flags.includes('--no-network'))
      return false
    return !flags.some(flag => flag === '--root' || flag === '-p' || flag.startsWith('--root='))
  })
}

function findDnf(step: Step, all: readonly Asked[]): Asked | undefined {
  const ofDnf = all.filter(({ asked }) => asked.manager === 'dnf')
  const cleaned = ofDnf.some(({ asked }) => asked.action === 'clean')
  const caches = ['/var/cache/dnf', '/var/cache/yum', '/var/cache/libdnf5']
  const away = caches.some(path => isRemoved(path, step.commands) || isMounted(path, step))
  const elsewhere = ofDnf.some(({ asked }) => asked.flags.some(flag => flag.startsWith('--installroot')))
  return cleaned || away || elsewhere ? undefined : ofDnf.find(({ asked }) => asked.action !== 'remove')
}

function findZypper(step: Step, all: readonly Asked[]): Asked | undefined {
  const ofZypper = all.filter(({ asked }) => asked.manager === 'zypper')
  const cleaned = ofZypper.some(({ asked }) => asked.action === 'clean')
  const away = isRemoved('/var/cache/zypp', step.commands) || isMounted('/var/cache/zypp', step)
  return cleaned || away ? undefined : ofZypper.find(({ asked }) => asked.action !== 'remove')
}

function findPacman(step: Step, all: readonly Asked[]): Asked | undefined {
  const ofPacman = all.filter(({ asked }) => asked.manager === 'pacman')
  const cleaned = ofPacman.some(({ asked }) => asked.action === 'clean')
  const away = isRemoved('/var/cache/pacman/pkg', step.commands) || isMounted('/var/cache/pacman', step)
  return cleaned || away ? undefined : ofPacman.find(({ asked }) => asked.action === 'install')
}
