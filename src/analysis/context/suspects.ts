/** A kind of file that hardly anybody means to send along. */
export interface Suspect {
  /** For the ignore file. */
  readonly pattern: string
  readonly reason: string
  /** Only where a RUN holds one of these words: what the step makes again by itself. */
  readonly madeBy?: readonly string[]
  /** Not where a RUN holds one of these words: then it is needed. */
  readonly neededBy?: readonly string[]
}

const INSTALLERS = ['npm', 'yarn', 'pnpm', 'bun']
const PYTHON = ['pip', 'pip3', 'uv', 'poetry', 'pipenv']

export const SUSPECTS: readonly Suspect[] = [
  { pattern: '**/.git', reason: 'version control history', neededBy: ['git'] },
  { pattern: '**/.hg', reason: 'version control history', neededBy: ['hg'] },
  { pattern: '**/.svn', reason: 'version control history', neededBy: ['svn'] },
  { pattern: '**/node_modules', reason: 'installed again by the build', madeBy: INSTALLERS },
  { pattern: '**/.venv', reason: 'installed again by the build', madeBy: PYTHON },
  { pattern: '**/venv', reason: 'installed again by the build', madeBy: PYTHON },
  { pattern: 'target', reason: 'built again by cargo', madeBy: ['cargo'] },
  { pattern: '**/__pycache__', reason: 'byte code of the machine it was made on' },
  { pattern: '**/.pytest_cache', reason: 'cache of a test runner' },
  { pattern: '**/.mypy_cache', reason: 'cache of a type checker' },
  { pattern: '**/.terraform', reason: 'downloaded providers' },
  { pattern: '**/.idea', reason: 'settings of an editor' },
  { pattern: '**/.vscode', reason: 'settings of an editor' },
  { pattern: '**/.DS_Store', reason: 'left by a file browser' },
  { pattern: '**/*.log', reason: 'logs' },
  { pattern: '**/.env', reason: 'settings of one machine, often with secrets' },
  { pattern: '.dockerignore', reason: 'only the build reads it' },
  { pattern: '**/Dockerfile*', reason: 'only the build reads it' },
  { pattern: '**/docker-compose*.y*ml', reason: 'only compose reads it' },
]

/** Those that a build with these RUN commands does not need. */
export function suspectsFor(commands: readonly string[]): Suspect[] {
  const words = new Set(commands.flatMap(command => command.split(/[\s;&|()'"`]+/)))
  const any = (wanted: readonly string[]): boolean => wanted.some(word => words.has(word))
  return SUSPECTS.filter(({ madeBy, neededBy }) => !(madeBy && !any(madeBy)) && !(neededBy && any(neededBy)))
}
