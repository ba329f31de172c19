import { describe, expect, it } from 'vitest'
import { isTareError } from '../../base/error.ts'
import { allows, commentOptions, NO_OPTIONS, parseCheckOptions } from './check-options.ts'

const rule = { name: 'A', summary: '', origin: 'docker', severity: 'warning', experimental: false, url: '' } as const

describe('parseCheckOptions', () => {
  it.each([
    ['', {}],
    ['skip=', { skip: new Set(['']) }],
    ['skip=A', { skip: new Set(['A']) }],
    [' skip = A , B ', { skip: new Set(['A', 'B']) }],
    ['skip=all;error=1', { skip: 'all', error: true }],
    ['error=F', {}],
    ['experimental=all;skip=A;error=TRUE', { experimental: 'all', skip: new Set(['A']), error: true }],
    ['skip=A;skip=B', { skip: new Set(['B']) }],
    ['skip=all;skip=B', { skip: 'all' }],
    [
      'skip=A;error=true;experimental=X;skip=B',
      { skip: new Set(['A']), error: true, experimental: new Set(['X;skip=B']) },
    ],
  ])('%j', (text, expected) => {
    expect(parseCheckOptions(text)).toEqual({ ...NO_OPTIONS, ...expected })
  })

  it.each([
    ['nonsense', 'unknown check option "nonsense"'],
    ['nonsense=1', 'unknown check option "nonsense"'],
    ['Skip=all', 'unknown check option "Skip"'],
    [';', 'unknown check option ""'],
    ['error=maybe', 'expected error=true or error=false, got error=maybe'],
  ])('refuses %j', (text, cause) => {
    const at = { file: { name: 'Dockerfile', lines: [`# check=${text}`] }, range: { startLine: 1, endLine: 1 } }
    try {
      parseCheckOptions(text, at)
      expect.unreachable()
    } catch (error) {
      expect(isTareError(error, 'lint-options') && [error.message, error.at]).toEqual([
        `reading check options: ${cause}`,
        at,
      ])
    }
  })
})

describe('commentOptions', () => {
  it.each([
    [['check=skip=A'], new Set(['A'])],
    [['why', 'Check = skip=A,B because'], new Set(['A', 'B'])],
    [['check=nonsense'], undefined],
    [['checks=skip=A', 'check these'], undefined],
  ])('%j', (comments, skip) => {
    expect(commentOptions(comments)?.skip).toEqual(skip)
  })
})

describe('allows', () => {
  it.each([
    ['', true, false],
    ['skip=A', false, false],
    ['skip=all', false, false],
    ['experimental=A', true, true],
    ['skip=A;experimental=A', false, true],
    ['experimental=all;skip=all', false, true],
    ['experimental=B', true, false],
  ])('%j', (text, usual, experimental) => {
    const options = [parseCheckOptions(text)]
    expect([allows(rule, options), allows({ ...rule, experimental: true }, options)]).toEqual([usual, experimental])
  })

  it('hears several at once', () => {
    const skipping = [parseCheckOptions('skip=B'), parseCheckOptions('skip=A')]
    expect(allows(rule, skipping)).toBe(false)
    const asking = [NO_OPTIONS, parseCheckOptions('experimental=all')]
    expect([allows(rule, asking), allows({ ...rule, experimental: true }, asking)]).toEqual([true, true])
  })
})
