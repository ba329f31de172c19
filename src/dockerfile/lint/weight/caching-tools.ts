import type { RunCommand } from './run-commands.ts'
import type { ShellWord } from './shell-lexer.ts'

/** A tool that keeps what it downloads. */
export interface CachingTool {
  readonly name: string
  /** The word that asks for a download, undefined for other commands. */
  asks(command: RunCommand): ShellWord | undefined
  /** Where it keeps it, as root; a mount of any of these, or of a directory with `folder` in its path, keeps it out. */
  readonly directories: readonly string[]
  readonly folder: RegExp
  /** Flags and variables that say to keep nothing. */
  readonly flags: readonly string[]
  readonly variables: readonly string[]
  /** Commands that empty it: `npm cache clean`. */
  readonly cleans: readonly RegExp[]
  readonly hint: string
  /** A flag that can be put behind the verb without further changes. */
  readonly insert?: string
}

export const CACHING_TOOLS: readonly CachingTool[] = [
  {
    name: 'pip',
    asks: command =>
      /^pip[\d.]*$/.test(command.name) ? verb(command, ['install', 'wheel', 'download']) : pythonPip(command),
    directories: ['/root/.cache/pip'],
    folder: /(?:\.cache|pip)/,
    flags: ['--no-cache-dir', '--no-cache'],
    variables: ['PIP_NO_CACHE_DIR', 'PIP_CACHE_DIR'],
    cleans: [/^pip[\d.]* cache purge/],
    hint: 'write pip install --no-cache-dir, or add --mount=type=cache,target=/root/.cache/pip',
    insert: '--no-cache-dir',
  },
  {
    name: 'npm',
    asks: command =>
      command.name === 'npm' ? verb(command, ['install', 'i', 'ci', 'add', 'clean-install']) : undefined,
    directories: ['/root/.npm'],
    folder: /npm/,
    flags: ['--no-cache', '--cache'],
    variables: ['npm_config_cache', 'NPM_CONFIG_CACHE'],
    cleans: [/^npm cache (?:clean|clear|rm|verify)/],
    hint: 'end this RUN with && npm cache clean --force, or add --mount=type=cache,target=/root/.npm',
  },
  {
    name: 'yarn',
    asks: command =>
      command.name === 'yarn' ? (verb(command, ['install', 'add', 'global']) ?? alone(command)) : undefined,
    directories: ['/usr/local/share/.cache', '/root/.yarn'],
    folder: /(?:yarn|\.cache)/,
    flags: ['--cache-folder'],
    variables: ['YARN_CACHE_FOLDER', 'YARN_ENABLE_GLOBAL_CACHE'],
    cleans: [/^yarn cache (?:clean|clear)/],
    hint: 'end this RUN with && yarn cache clean, or add --mount=type=cache,target=/usr/local/share/.cache',
  },
  {
    name: 'go',
    asks: command =>
      command.name === 'go' ? verb(command, ['build', 'install', 'get', 'mod', 'test', 'generate']) : undefined,
    directories: ['/root/.cache/go-build', '/go/pkg/mod'],
    folder: /(?:\.cache|go-build|pkg\/mod|^\/go)/,
    flags: [],
    variables: ['GOCACHE', 'GOMODCACHE'],
    cleans: [/^go clean .*-(?:mod)?cache/],
    hint: 'build in a stage of its own and copy the program, or mount caches at /root/.cache/go-build and /go/pkg/mod',
  },
  {
    name: 'cargo',
    asks: command => (command.name === 'cargo' ? verb(command, ['build', 'install', 'fetch', 'test', 'b']) : undefined),
    directories: ['/usr/local/cargo/registry', '/root/.cargo/registry'],
    folder: /(?:cargo|registry)/,
    flags: [],
    variables: ['CARGO_HOME'],
    cleans: [/^cargo cache /],
    hint: 'build in a stage of its own and copy the program, or mount a cache at /usr/local/cargo/registry',
  },
  {
    name: 'composer',
    asks: command =>
      /^composer(?:\.phar)?$/.test(command.name)
        ? verb(command, ['install', 'require', 'update', 'create-project', 'global'])
        : undefined,
    directories: ['/root/.composer/cache', '/root/.cache/composer'],
    folder: /(?:composer|\.cache)/,
    flags: ['--no-cache'],
    variables: ['COMPOSER_CACHE_DIR', 'COMPOSER_NO_CACHE'],
    cleans: [/^composer(?:\.phar)? (?:clear-?cache|cc)/],
    hint: 'end this RUN with && composer clear-cache, or add --mount=type=cache,target=/root/.composer/cache',
  },
  {
    name: 'maven',
    asks: command =>
      /^mvnw?$/.test(command.name)
        ? (command.args.find(word => /^[a-z]/.test(word.value)) ?? command.command)
        : undefined,
    directories: ['/root/.m2'],
    folder: /(?:\.m2|maven)/,
    flags: [],
    variables: ['MAVEN_OPTS'],
    cleans: [],
    hint: 'build in a stage of its own and copy the jar, or add --mount=type=cache,target=/root/.m2',
  },
  {
    name: 'conda',
    asks: command =>
      /^(?:conda|mamba)$/.test(command.name) ? verb(command, ['install', 'create', 'update', 'env']) : undefined,
    directories: ['/opt/conda/pkgs'],
    folder: /conda/,
    flags: [],
    variables: ['CONDA_PKGS_DIRS'],
    cleans: [/^(?:conda|mamba) clean/],
    hint: 'end this RUN with && conda clean --all --yes',
  },
]

function verb({ args }: RunCommand, verbs: readonly string[]): ShellWord | undefined {
  const first = args.find(word => !word.value.startsWith('-'))
  return first && verbs.includes(first.value) ? first : undefined
}

/** Of a command without a verb, itself: `yarn`, `yarn --frozen-lockfile`. */
function alone({ args, command }: RunCommand): ShellWord | undefined {
  return args.every(word => word.value.startsWith('-') && word.value !== '--version') ? command : undefined
}

/** `python -m pip install`. */
function pythonPip({ name, args }: RunCommand): ShellWord | undefined {
  if (!/^(?:python|pypy)[\d.]*$/.test(name)) return undefined
  const module = args.findIndex((word, i) => word.value === 'pip' && args[i - 1]?.value === '-m')
  const asked = module < 0 ? undefined : args.slice(module + 1).find(word => !word.value.startsWith('-'))
  return asked && ['install', 'wheel', 'download'].includes(asked.value) ? asked : undefined
}
