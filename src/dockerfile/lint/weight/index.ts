import type { LintRule } from '../rule.ts'
import { binaryNotCopied } from './binary-not-copied.ts'
import { buildToolsInFinalImage } from './build-tools-in-final-image.ts'
import { cachesLeft } from './caches-left.ts'
import { dependenciesAfterSources } from './dependencies-after-sources.ts'
import { downloadsLeft } from './downloads-left.ts'
import { noShellInImage } from './no-shell-in-image.ts'
import { ownerChangedAfterCopy } from './owner-changed-after-copy.ts'
import { packageListsLeft } from './package-lists-left.ts'
import { recommendsInstalled } from './recommends-installed.ts'
import { removedInLaterLayer } from './removed-in-later-layer.ts'
import { runsAsRoot } from './runs-as-root.ts'
import { secretsInLayers } from './secrets-in-layers.ts'
import { sourcesLeft } from './sources-left.ts'
import { stalePackageLists } from './stale-package-lists.ts'
import { unknownStage } from './unknown-stage.ts'
import { unusedStage } from './unused-stage.ts'
import { wholeFileSystemCopied } from './whole-file-system-copied.ts'
import { wrongLibc } from './wrong-libc.ts'

/** Tare's own rules: stages, and what makes an image weigh more than it has to. */
export const WEIGHT_RULES: readonly LintRule[] = [
  binaryNotCopied,
  buildToolsInFinalImage,
  cachesLeft,
  dependenciesAfterSources,
  downloadsLeft,
  noShellInImage,
  ownerChangedAfterCopy,
  packageListsLeft,
  recommendsInstalled,
  removedInLaterLayer,
  runsAsRoot,
  secretsInLayers,
  sourcesLeft,
  stalePackageLists,
  unknownStage,
  unusedStage,
  wholeFileSystemCopied,
  wrongLibc,
]
