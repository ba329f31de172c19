import type { LintRule } from '../rule.ts'
import { buildToolsInFinalImage } from './build-tools-in-final-image.ts'
import { cachesLeft } from './caches-left.ts'
import { dependenciesAfterSources } from './dependencies-after-sources.ts'
import { downloadsLeft } from './downloads-left.ts'
import { packageListsLeft } from './package-lists-left.ts'
import { recommendsInstalled } from './recommends-installed.ts'
import { removedInLaterLayer } from './removed-in-later-layer.ts'
import { stalePackageLists } from './stale-package-lists.ts'
import { unknownStage } from './unknown-stage.ts'
import { unusedStage } from './unused-stage.ts'
import { wholeFileSystemCopied } from './whole-file-system-copied.ts'

/** Tare's own rules: stages, and what makes an image weigh more than it has to. */
export const WEIGHT_RULES: readonly LintRule[] = [
  buildToolsInFinalImage,
  cachesLeft,
  dependenciesAfterSources,
  downloadsLeft,
  packageListsLeft,
  recommendsInstalled,
  removedInLaterLayer,
  stalePackageLists,
  unknownStage,
  unusedStage,
  wholeFileSystemCopied,
]
