import { deepStrictEqual as equal, ok } from 'node:assert/strict'
import { formatPlatform, formatPlatformFully } from '../../../src/oci/platform.ts'
import { platformServes, systemServes } from '../../../src/oci/platform-match.ts'
import { parsePlatform } from '../../../src/oci/platform-parse.ts'
import { mustRefuse } from './must-refuse.ts'
import type { Row, VectorSet } from './vector-set.ts'

const CHECKS: Readonly<Record<string, (row: Row) => void>> = {
  parse: row => {
    const host = parsePlatform('linux/amd64')
    if (row.error) return mustRefuse(() => parsePlatform(row.input, host))
    const platform = parsePlatform(row.input, host)
    equal(platform, row.expect)
    const format = row.format_api === 'FormatAll' ? formatPlatformFully : formatPlatform
    equal(format(platform), row.formatted)
    for (const same of row.matches) ok(platformServes(platform, same, 'strict'), JSON.stringify(same))
  },
  format_all: row => equal(formatPlatformFully(row.platform), row.expect),
  only: ({ spec, candidate, match }) => equal(platformServes(parsePlatform(spec), parsePlatform(candidate)), match),
  only_strict: ({ spec, candidate, match }) =>
    equal(platformServes(parsePlatform(spec), parsePlatform(candidate), 'strict'), match),
  only_os: ({ spec, candidate, match }) => equal(systemServes(parsePlatform(spec), parsePlatform(candidate)), match),
}

export const PLATFORMS: VectorSet = {
  file: 'platform_vectors',
  title: 'Platforms',
  groupOf: row => row.api,
  nameOf: row => `${row.suite} ${row.input ?? row.spec ?? row.expect} ${row.candidate ?? ''}`.trim(),
  check: row => {
    const check = CHECKS[row.api]
    ok(check, `no scorer for ${row.api}`)
    check(row)
  },
}
