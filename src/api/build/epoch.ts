import { apiError } from '../errors.ts'
import type { Environment } from '../workspace.ts'

/** SOURCE_DATE_EPOCH in seconds, from the build arguments first, from the environment second (reproducible-builds.org/specs/source-date-epoch). */
export function epochOf(buildArgs: Readonly<Record<string, string>>, env: Environment): number | undefined {
  const text = buildArgs['SOURCE_DATE_EPOCH'] ?? env['SOURCE_DATE_EPOCH']
  if (text === undefined || text === '') return undefined
  if (/^\d{1,12}$/.test(text)) return Number(text)
  throw apiError(
    'BUILD_INVALID_OPTION',
    `invalid SOURCE_DATE_EPOCH: expected seconds since 1970, got ${JSON.stringify(text)}`,
  )
}
