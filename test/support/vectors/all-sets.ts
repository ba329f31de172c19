import { BUILDKIT_ANSWERS } from './buildkit-answers.ts'
import { IGNORE_PATTERNS } from './ignore-patterns.ts'
import { LINT } from './lint.ts'
import { PARSER } from './parser.ts'
import { PLATFORMS } from './platforms.ts'
import { REAL_WORLD } from './real-world.ts'
import { REFERENCES } from './references.ts'
import { SPEC_DOCUMENTS } from './spec-documents.ts'
import type { VectorSet } from './vector-set.ts'
import { WORDS } from './words.ts'

/** The sets that need nothing but the text: no store, no root, no network. */
export const LANGUAGE_SETS: readonly VectorSet[] = [
  PARSER,
  WORDS,
  IGNORE_PATTERNS,
  REFERENCES,
  PLATFORMS,
  SPEC_DOCUMENTS,
  LINT,
  REAL_WORLD,
  ...BUILDKIT_ANSWERS,
]
