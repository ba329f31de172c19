/** Tare as a library: `import { build } from 'tare'`. */
export { type ErrorFacts, TareError } from '../base/error.ts'
export type { BuiltImage, BuiltOutput, ProgressEvent, ProgressSink, StageWeight } from '../progress/index.ts'
export type {
  ContextUse,
  HistoryRow,
  ImageRow,
  InspectedImage,
  LintFinding,
  LintResult,
  LintRuleInfo,
  Outline,
  TargetList,
  TextEdit,
} from '../record/index.ts'
export { build } from './build/build.ts'
export { buildCheck } from './build/call-check.ts'
export type { Build, BuildOptions } from './build/options.ts'
export type {
  Annotation,
  ArchiveOutput,
  BuildOutput,
  CacheOnlyOutput,
  ImageOutput,
  LoadOutput,
  LocalOutput,
  ManifestOptions,
  TarOutput,
} from './build/output-options.ts'
export type { SecretSource, SshSource } from './build/step-options.ts'
export { type CheckOptions, check, checkRules } from './check.ts'
export { checkFix, type FixedDockerfile, type FixOptions } from './check-fix.ts'
export { type ContextUseOptions, contextUse } from './context-use.ts'
export { type DockerfileTree, dockerfileTree } from './dockerfile-tree.ts'
export type { ApiErrorCode } from './errors.ts'
export { explainError } from './explain-error.ts'
export { type ImportOptions, importImage } from './images/import.ts'
export { type Loaded, type LoadOptions, load } from './images/load.ts'
export {
  imageHistory,
  inspectImages,
  listImages,
  type RemoveOptions,
  removeImages,
  tagImage,
} from './images/manage.ts'
export { type Pulled, type PullOptions, pull } from './images/pull.ts'
export { type PushOptions, push } from './images/push.ts'
export { type SaveFormat, type SaveOptions, save } from './images/save.ts'
export { type LoginOptions, login, logout } from './login.ts'
export { buildOutline, buildTargets } from './outline.ts'
export type { RunOptions } from './run/options.ts'
export { run } from './run/run.ts'
export {
  type CheckStoreOptions,
  checkStore,
  diskUsage,
  type Pruned,
  type PruneOptions,
  prune,
  type SystemInfo,
  systemInfo,
} from './system.ts'
export { TARE_VERSION } from './version.ts'
export type { Environment, WorkspaceOptions } from './workspace.ts'
