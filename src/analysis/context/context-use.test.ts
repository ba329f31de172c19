import { describe, expect, it } from 'vitest'
import type { ContextFile } from '../../record/index.ts'
import { contextUse } from './context-use.ts'

const file = (path: string, steps: readonly number[] = [], bytes = 10): ContextFile => ({ path, bytes, steps })
const ignored = (path: string): ContextFile => ({
  ...file(path),
  ignoredBy: { pattern: 'vendor', line: 1 },
})

function use(files: readonly ContextFile[], commands: readonly string[] = []) {
  const steps = [{ text: 'COPY . .', line: 2 }]
  return contextUse({ context: '.', ignoreFile: undefined, steps, files, commands, unknownBases: [] })
}

const patterns = (files: readonly ContextFile[], commands?: readonly string[]) =>
  use(files, commands).proposal.map(({ pattern, because }) => `${because} ${pattern}`)

describe('contextUse', () => {
  it('counts what is taken, left and kept out, each file once', () => {
    const found = use([file('a', [0]), file('b', [0], 5), file('c'), ignored('vendor/x')])
    expect(found.taken).toEqual({ files: 2, bytes: 15 })
    expect(found.unused).toEqual({ files: 1, bytes: 10 })
    expect(found.visible).toEqual({ files: 3, bytes: 25 })
    expect(found.ignored).toEqual({ files: 1, bytes: 10 })
    expect(found.steps).toEqual([{ text: 'COPY . .', line: 2, files: 2, bytes: 15 }])
  })
})

describe('the proposed ignore file', () => {
  it('names the largest directories of which nothing is taken', () => {
    expect(patterns([file('docs/a/b'), file('docs/c'), file('src/x', [0]), file('src/y'), file('z', [0])])).toEqual([
      'unused docs',
      'unused src/y',
    ])
  })

  it('never names a directory with a file in it that a step takes', () => {
    expect(patterns([file('docs/a'), file('docs/b', [0])])).toEqual(['unused docs/a'])
  })

  it('does not count what is kept out already', () => {
    expect(patterns([ignored('vendor/x'), file('src/x', [0])])).toEqual([])
  })

  it('escapes what a pattern reads as more than a name', () => {
    expect(patterns([file('!a'), file('[b]*', [], 5), file('#c', [], 2), file('d', [0])])).toEqual([
      'unused \\!a',
      'unused \\[b\\]\\*',
      'unused \\#c',
    ])
  })

  it('leaves names out that no line can hold', () => {
    expect(patterns([file(' a'), file('b\nc'), file('d', [0])])).toEqual([])
  })

  it('doubts what COPY . takes along, and only what the build can do without', () => {
    const files = [file('.git/HEAD', [0]), file('node_modules/x/index.js', [0], 99), file('index.js', [0])]
    expect(patterns(files, ['npm ci'])).toEqual(['suspect **/node_modules', 'suspect **/.git'])
    expect(patterns(files, ['git describe'])).toEqual([])
    expect(patterns(files)).toEqual(['suspect **/.git'])
  })

  it('is sure of a suspect that no step takes', () => {
    expect(patterns([file('.git/HEAD'), file('a', [0])])).toEqual(['unused **/.git'])
  })
})
