import type { SourceFile, SourceRange } from '../../base/source.ts'
import type { Ast } from '../syntax/ast.ts'

/** An inline file: `<<EOF`, `<<-EOF` (chomp), `<<'EOF'` (no expansion). Content is lossless text (base/text.ts). */
export interface Heredoc {
  readonly name: string
  readonly fd: number
  /** Whether variables in the content are expanded (COPY, ADD) or left to the shell (RUN). */
  readonly expand: boolean
  /** `<<-`: leading tabs have been taken off. */
  readonly chomp: boolean
  readonly content: string
  /** As written, tabs included: what a shell gets that reads the heredoc itself. */
  readonly raw: string
  readonly range: SourceRange
}

/** `--name=value` as written, before expansion. `value` is undefined for a bare `--name`. */
export interface Flag {
  readonly name: string
  readonly value: string | undefined
  readonly range: SourceRange
}

/** RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD. */
export type Command =
  | { readonly form: 'shell'; readonly text: string }
  | { readonly form: 'exec'; readonly args: readonly string[] }

interface InstructionBase {
  /** Of the whole instruction, continuation lines and heredocs included. */
  readonly range: SourceRange
  /** The instruction as one line, as `docker build` shows it: `RUN go build`. */
  readonly original: string
  readonly flags: readonly Flag[]
  /** The comment lines right before it, without `#`. */
  readonly comments?: readonly string[] | undefined
}

export interface KeyValue {
  readonly key: string
  readonly value: string
}

/** Words in these types are as written: variables are expanded by plan/, which knows the environment at that point. */
export interface FromInstruction extends InstructionBase {
  readonly kind: 'from'
  readonly image: string
  /** Lower-cased stage name. */
  readonly as: string | undefined
  readonly platform: string | undefined
  /** Where the image's name stands. */
  readonly imageRange: SourceRange
}
export interface ArgInstruction extends InstructionBase {
  readonly kind: 'arg'
  readonly args: readonly { readonly key: string; readonly value: string | undefined }[]
}
export interface EnvInstruction extends InstructionBase {
  readonly kind: 'env'
  readonly env: readonly KeyValue[]
}
export interface LabelInstruction extends InstructionBase {
  readonly kind: 'label'
  readonly labels: readonly KeyValue[]
}
export interface RunInstruction extends InstructionBase {
  readonly kind: 'run'
  readonly command: Command
  readonly heredocs: readonly Heredoc[]
  /** `--mount=` values as written. */
  readonly mounts: readonly Flag[]
  readonly network: string | undefined
  readonly security: string | undefined
}
export interface CopyInstruction extends InstructionBase {
  readonly kind: 'copy' | 'add'
  readonly sources: readonly string[]
  readonly heredocs: readonly Heredoc[]
  readonly destination: string
  readonly from: Flag | undefined
  readonly chown: string | undefined
  readonly chmod: string | undefined
  readonly link: boolean
  readonly parents: boolean
  readonly excludes: readonly string[]
  /** ADD only. */
  readonly checksum: string | undefined
  readonly keepGitDir: boolean | undefined
  readonly unpack: boolean | undefined
}
export interface WorkdirInstruction extends InstructionBase {
  readonly kind: 'workdir'
  readonly path: string
}
export interface UserInstruction extends InstructionBase {
  readonly kind: 'user'
  readonly user: string
}
export interface ExposeInstruction extends InstructionBase {
  readonly kind: 'expose'
  readonly ports: readonly string[]
}
export interface VolumeInstruction extends InstructionBase {
  readonly kind: 'volume'
  readonly volumes: readonly string[]
}
export interface StopsignalInstruction extends InstructionBase {
  readonly kind: 'stopsignal'
  readonly signal: string
}
export interface CmdInstruction extends InstructionBase {
  readonly kind: 'cmd' | 'entrypoint'
  readonly command: Command
}
export interface ShellInstruction extends InstructionBase {
  readonly kind: 'shell'
  readonly shell: readonly string[]
}
export interface HealthcheckInstruction extends InstructionBase {
  readonly kind: 'healthcheck'
  /** `none` for HEALTHCHECK NONE. Durations are in nanoseconds; 0 means not given, as in BuildKit, and is undefined. */
  readonly check:
    | 'none'
    | {
        readonly command: Command
        readonly interval: number | undefined
        readonly timeout: number | undefined
        readonly startPeriod: number | undefined
        readonly startInterval: number | undefined
        readonly retries: number | undefined
      }
}
export interface OnbuildInstruction extends InstructionBase {
  readonly kind: 'onbuild'
  /** The trigger as it goes into the image config. */
  readonly expression: string
}
export interface MaintainerInstruction extends InstructionBase {
  readonly kind: 'maintainer'
  readonly name: string
}

export type Instruction =
  | ArgInstruction
  | EnvInstruction
  | LabelInstruction
  | RunInstruction
  | CopyInstruction
  | WorkdirInstruction
  | UserInstruction
  | ExposeInstruction
  | VolumeInstruction
  | StopsignalInstruction
  | CmdInstruction
  | ShellInstruction
  | HealthcheckInstruction
  | OnbuildInstruction
  | MaintainerInstruction

export interface Stage {
  readonly index: number
  /** As given after AS, lower-cased; undefined when unnamed. */
  readonly name: string | undefined
  readonly from: FromInstruction
  readonly instructions: readonly Instruction[]
}

export interface Dockerfile {
  readonly file: SourceFile
  readonly escape: '\\' | '`'
  /** The `# syntax=` value as written. */
  readonly syntax: { readonly value: string; readonly range: SourceRange } | undefined
  /** The `# check=` directive as written; the language issue carries it out. */
  readonly check: { readonly value: string; readonly range: SourceRange } | undefined
  /** What was read, word by word; its nodes are the instructions, in the same order. */
  readonly ast: Ast
  /** ARGs before the first FROM. */
  readonly metaArgs: readonly ArgInstruction[]
  readonly stages: readonly Stage[]
}
