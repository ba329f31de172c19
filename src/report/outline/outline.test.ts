import { describe, expect, it } from 'vitest'
import type { Outline, TargetList } from '../../record/index.ts'
import { formatOutlineJson, formatTargetsJson } from './json.ts'
import { formatOutline, formatTargets } from './text.ts'

const FILE = { name: 'Dockerfile', lines: ['FROM a AS app'] }
const OUTLINE: Outline = {
  file: FILE,
  name: 'app',
  description: 'the program',
  args: [
    { name: 'VERSION', description: 'of the program', value: '3', line: 2 },
    { name: 'UNSET', description: undefined, value: undefined, line: 8 },
  ],
  secrets: [{ name: 'tok', required: true, line: 10 }],
  ssh: [{ name: 'default', required: false, line: 10 }],
}
const TARGETS: TargetList = {
  file: FILE,
  targets: [
    { name: 'base', isDefault: false, description: 'is first', base: 'golang:$V', platform: '$P', line: 1 },
    { name: undefined, isDefault: true, description: undefined, base: 'scratch', platform: undefined, line: 4 },
  ],
}
const EMPTY: Outline = { file: FILE, name: undefined, description: undefined, args: [], secrets: [], ssh: [] }

describe('outlines', () => {
  it('are tables, as docker prints them', () => {
    expect(formatOutline(OUTLINE)).toBe(
      [
        'TARGET:      app',
        'DESCRIPTION: the program',
        '',
        'BUILD ARG   VALUE   DESCRIPTION',
        'VERSION     3       of the program',
        'UNSET               ',
        '',
        'SECRET   REQUIRED',
        'tok      true',
        '',
        'SSH       REQUIRED',
        'default   ',
        '',
        '',
      ].join('\n'),
    )
    expect(formatOutline(EMPTY)).toBe('')
  })

  it("are BuildKit's JSON", () => {
    const location = { ranges: [{ start: { line: 2 }, end: { line: 2 } }] }
    const value = JSON.parse(formatOutlineJson(OUTLINE))
    expect(value.args[0]).toEqual({ name: 'VERSION', description: 'of the program', value: '3', location })
    expect(Object.keys(value.args[1])).toEqual(['name', 'location'])
    expect(value.secrets[0].required).toBe(true)
    expect(value.ssh[0]).not.toHaveProperty('required')
    expect(JSON.parse(formatOutlineJson(EMPTY))).toEqual({ sources: ['RlJPTSBhIEFTIGFwcAo='] })
  })
})

describe('targets', () => {
  it('are a table, as docker prints it', () => {
    expect(formatTargets(TARGETS)).toBe('TARGET    DESCRIPTION\nbase      is first\n(default) \n')
  })

  it("are BuildKit's JSON", () => {
    const { targets } = JSON.parse(formatTargetsJson(TARGETS))
    expect(targets[0]).toMatchObject({ name: 'base', description: 'is first', base: 'golang:$V', platform: '$P' })
    expect(targets[1]).toEqual({
      default: true,
      base: 'scratch',
      location: { ranges: [{ start: { line: 4 }, end: { line: 4 } }] },
    })
  })
})
