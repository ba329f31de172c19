import type { SourceFile } from '../base/source.ts'

/** A build argument; `line` is where it is declared. */
export interface OutlineArgument {
  readonly name: string
  readonly description: string | undefined
  /** The value it has: given, inherited or by default; undefined for none. */
  readonly value: string | undefined
  readonly line: number
}

/** A secret or SSH agent that a RUN of the build mounts. */
export interface OutlineMount {
  readonly name: string
  readonly required: boolean
  readonly line: number
}

/** What a target can be given: `docker build --call=outline`. */
export interface Outline {
  readonly name: string | undefined
  readonly description: string | undefined
  readonly args: readonly OutlineArgument[]
  readonly secrets: readonly OutlineMount[]
  readonly ssh: readonly OutlineMount[]
  readonly file: SourceFile
}

/** A stage that can be built: `docker build --call=targets`. */
export interface Target {
  readonly name: string | undefined
  readonly isDefault: boolean
  readonly description: string | undefined
  /** As FROM names them. */
  readonly base: string
  readonly platform: string | undefined
  readonly line: number
}

export interface TargetList {
  readonly targets: readonly Target[]
  readonly file: SourceFile
}
