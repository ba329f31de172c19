import type { IgnoreMatcher } from './ignore/types.ts'
import type { Dockerfile, Instruction } from './instructions/types.ts'
import type { EnvLookup, ExpandOptions, Expansion, WordsExpansion } from './shell/types.ts'

export type * from './ignore/types.ts'
export type * from './instructions/types.ts'
export type * from './shell/types.ts'

/** Throws TareError<DockerfileErrorCode>, always with `at`. */
export declare function parseDockerfile(source: Uint8Array | string, name?: string): Dockerfile
/** One instruction on its own: an ONBUILD trigger from a base image's config. */
export declare function parseInstruction(text: string, name?: string): Instruction
/** Throws TareError<'dockerfile-word'>. */
export declare function expandWord(word: string, env: EnvLookup, options?: ExpandOptions): Expansion
export declare function expandWords(text: string, env: EnvLookup, options?: ExpandOptions): WordsExpansion
/** Throws TareError<'ignore-pattern'> with the line. */
export declare function parseIgnore(source: Uint8Array | string, name?: string): IgnoreMatcher
/** Go's filepath.Match. Throws TareError<'bad-pattern'>. */
export declare function matchPattern(pattern: string, name: string): boolean
