import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkDockerfile } from '../check-dockerfile.ts'
import { WEIGHT_RULES } from './index.ts'
import { findingsOf, lintInput } from './weight.fixture.ts'

const PAGES = new URL('../../../../docs/rules/', import.meta.url)

/** The Dockerfile under a heading of a page. */
function exampleUnder(heading: string, page: string): string {
  const section = page.split(/^## /m).find(each => each.startsWith(`${heading}\n`)) ?? ''
  return /```dockerfile\n(.*?)```/s.exec(section)?.[1] ?? ''
}

describe.each(WEIGHT_RULES.map(rule => [rule.info.name, rule] as const))('%s', (name, rule) => {
  const page = readFileSync(new URL(`${name}.md`, PAGES), 'utf8')
  const bad = exampleUnder('Bad', page)
  const good = exampleUnder('Good', page)

  it('has a page whose examples are true', () => {
    expect(page).toMatch(new RegExp(`^# ${name}\n`))
    const findings = findingsOf(rule, bad)
    expect(findings).toHaveLength(1)
    expect(findingsOf(rule, good)).toEqual([])
    expect(page.includes('`tare check --fix`')).toBe(findings.some(({ fix }) => fix !== undefined))
  })

  it('says in every finding what to do, at a line', () => {
    for (const { range, hint } of findingsOf(rule, bad)) {
      expect(range?.startLine).toBeGreaterThan(0)
      expect(hint).toMatch(/\S/)
    }
  })

  it('is left out where it is not wanted', () => {
    const { findings } = checkDockerfile(lintInput(`# check=skip=${name}\n${bad}`))
    expect(findings.filter(finding => finding.rule === name)).toEqual([])
  })
})
