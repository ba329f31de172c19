import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALL_RULES, lintRules } from './all-rules.ts'
import { lintInput, messagesOf } from './lint.fixture.ts'

const PAGES = new URL('../../../docs/rules/', import.meta.url)
const RULES = new URL('./rules/', import.meta.url)
const docker = ALL_RULES.filter(rule => rule.info.origin === 'docker')

it.each(ALL_RULES.map(rule => rule.info.name))('%s is in the index', name => {
  expect(readFileSync(new URL('README.md', PAGES), 'utf8')).toContain(`| [${name}](${name}.md) |`)
})

describe("Docker's rules", () => {
  it('are the 22 of the current list', () => {
    expect(docker.map(rule => rule.info.name)).toHaveLength(22)
    expect(new Set(lintRules().map(rule => rule.name)).size).toBe(ALL_RULES.length)
  })

  it.each(docker.map(rule => [rule.info.name, rule] as const))(
    '%s has a page whose examples are true',
    (name, rule) => {
      const page = readFileSync(new URL(`${name}.md`, PAGES), 'utf8')
      expect(page).toMatch(new RegExp(`^# ${name}\n`))
      const { bad, good } = examplesOf(page)
      expect(bad.length).toBeGreaterThan(0)
      const about = { dockerignore: '*.log\n' }
      const baseImages = new Map([
        ['arm64v8/alpine', { platform: 'linux/arm64', environment: new Map(), shell: undefined, triggers: [] }],
      ])
      const more = name === 'InvalidBaseImagePlatform' ? { baseImages } : {}
      for (const dockerfile of bad) expect(messagesOf(rule, { ...about, dockerfile }, more), dockerfile).not.toEqual([])
      for (const dockerfile of good) expect(messagesOf(rule, { ...about, dockerfile }, more), dockerfile).toEqual([])
      expect(page.includes('`--fix`')).toBe(
        bad.some(each => offersFix(rule.check(lintInput({ ...about, dockerfile: each }, more)))),
      )
    },
  )

  it('have a file each', () => {
    const files = readdirSync(RULES).filter(file => !file.endsWith('.test.ts'))
    expect(files).toHaveLength(docker.length)
  })
})

function offersFix(findings: Iterable<{ readonly fix?: unknown }>): boolean {
  return [...findings].some(finding => finding.fix !== undefined)
}

/** The Dockerfiles under the headings Bad and Good. */
function examplesOf(page: string): { readonly bad: string[]; readonly good: string[] } {
  const under = (heading: string): string[] => {
    const section = page.split(/^## /m).find(each => each.startsWith(`${heading}\n`)) ?? ''
    return [...section.matchAll(/```dockerfile\n(.*?)```/gs)].map(match => match[1] ?? '')
  }
  return { bad: under('Bad'), good: under('Good') }
}
