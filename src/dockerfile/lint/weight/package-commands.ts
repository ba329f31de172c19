import type { RunCommand } from './run-commands.ts'
import type { ShellWord } from './shell-lexer.ts'

/** Package managers of distributions. `dnf` stands for yum and its relatives too. */
export type SystemPackages = 'apt' | 'apk' | 'dnf' | 'zypper' | 'pacman'

/** What a simple command asks a package manager for. */
export interface PackageCommand {
  readonly manager: SystemPackages
  readonly action: 'install' | 'update' | 'remove' | 'clean'
  /** The word that names the action: `install`, `add`. */
  readonly verb: ShellWord
  readonly flags: readonly string[]
  /** Names without versions: `curl` for `curl=8.1` and `curl~=8`. Variables and groups are left out. */
  readonly packages: readonly string[]
}

interface Manager {
  readonly manager: SystemPackages
  readonly verbs: Readonly<Record<string, PackageCommand['action']>>
  /** Flags whose value is a word of its own. */
  readonly valued: readonly string[]
}

const APT: Manager = {
  manager: 'apt',
  verbs: {
    install: 'install',
    'build-dep': 'install',
    upgrade: 'install',
    'dist-upgrade': 'install',
    'full-upgrade': 'install',
    update: 'update',
    remove: 'remove',
    purge: 'remove',
    autoremove: 'remove',
    distclean: 'clean',
    'dist-clean': 'clean',
  },
  valued: ['-o', '--option', '-c', '--config-file', '-t', '--target-release', '-a', '--host-architecture'],
}
const APK: Manager = {
  manager: 'apk',
  verbs: { add: 'install', upgrade: 'install', update: 'update', del: 'remove' },
  valued: ['-t', '--virtual', '-X', '--repository', '-p', '--root', '--arch', '--repositories-file', '--keys-dir'],
}
const DNF: Manager = {
  manager: 'dnf',
  verbs: {
    install: 'install',
    localinstall: 'install',
    groupinstall: 'install',
    reinstall: 'install',
    update: 'install',
    upgrade: 'install',
    makecache: 'update',
    'check-update': 'update',
    remove: 'remove',
    erase: 'remove',
    autoremove: 'remove',
    clean: 'clean',
  },
  valued: ['-c', '--config', '-x', '--exclude', '--enablerepo', '--disablerepo', '--installroot', '--releasever'],
}
const ZYPPER: Manager = {
  manager: 'zypper',
  verbs: {
    install: 'install',
    in: 'install',
    refresh: 'update',
    ref: 'update',
    remove: 'remove',
    rm: 'remove',
    clean: 'clean',
    cc: 'clean',
  },
  valued: ['--root', '-R', '--repo', '-r', '--from'],
}
const MANAGERS: ReadonlyMap<string, Manager> = new Map([
  ['apt-get', APT],
  ['apt', APT],
  ['aptitude', APT],
  ['apk', APK],
  ['dnf', DNF],
  ['dnf5', DNF],
  ['yum', DNF],
  ['microdnf', DNF],
  ['tdnf', DNF],
  ['zypper', ZYPPER],
])

const read = new WeakMap<RunCommand, PackageCommand>()

/** Undefined for a command that is no package manager, and for actions that neither install nor clean up. */
export function packageCommand(command: RunCommand): PackageCommand | undefined {
  const known = MANAGERS.get(command.name)
  if (!known && command.name !== 'pacman') return undefined
  const asked = read.get(command) ?? (known ? readCommand(known, command) : pacmanCommand(command))
  if (asked) read.set(command, asked)
  return asked
}

function readCommand({ manager, verbs, valued }: Manager, { args }: RunCommand): PackageCommand | undefined {
  const flags: string[] = []
  const words: ShellWord[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as ShellWord
    if (!word.value.startsWith('-')) words.push(word)
    else {
      flags.push(word.value)
      if (valued.includes(word.value)) flags.push(args[++i]?.value ?? '')
    }
  }
  const [verb, ...names] = words
  const action = verb && Object.hasOwn(verbs, verb.value) ? verbs[verb.value] : undefined
  if (!verb || !action) return undefined
  return { manager, action, verb, flags, packages: names.filter(word => !word.dynamic).map(packageName) }
}

/** pacman's actions are flags: `-Sy`, `-Rns`, `-Scc`. */
function pacmanCommand({ args }: RunCommand): PackageCommand | undefined {
  const verb = args.find(word => /^-[SRU]/.test(word.value))
  if (!verb) return undefined
  const names = args.filter(word => !word.value.startsWith('-') && !word.dynamic).map(packageName)
  const flags = args.filter(word => word.value.startsWith('-')).map(word => word.value)
  const action = verb.value.startsWith('-R') ? 'remove' : verb.value.includes('c') ? 'clean' : 'install'
  return { manager: 'pacman', action, verb, flags, packages: names }
}

function packageName({ value }: ShellWord): string {
  return /^[^=<>~@]*/.exec(value)?.[0] ?? value
}
