import { expect, it } from 'vitest'
import { parseChallenges } from './challenge.ts'

const parsed = (header: string | undefined): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, { ...parameters }])

it.each([
  [undefined, []],
  ['Basic', [['basic', {}]]],
  ['Basic realm="a, b", charset=UTF-8', [['basic', { realm: 'a, b', charset: 'UTF-8' }]]],
  ['bearer Realm="x",service = y', [['bearer', { realm: 'x', service: 'y' }]]],
  [
    'Negotiate, Basic realm="r", Bearer realm="s"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'r' }],
      ['bearer', { realm: 's' }],
    ],
  ],
  ['Bearer realm="say \\"hi\\""', [['bearer', { realm: 'say "hi"' }]]],
  ['Bearer realm="first",realm="second"', [['bearer', { realm: 'first' }]]],
  ['Bearer realm="unfinished', [['bearer', {}]]],
  ['=x', []],
  [',, ,', []],
  ['Bearer __proto__="x"', [['bearer', { ['__proto__']: 'x' }]]],
])('%j', (header, expected) => {
  expect(parsed(header)).toEqual(expected)
})

it('is done quickly with a long header', () => {
  const began = performance.now()
  parseChallenges(`Bearer ${'a="\\'.repeat(100_000)}`)
  expect(performance.now() - began).toBeLessThan(200)
})
