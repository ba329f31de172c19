import { describe, expect, it } from 'vitest'
import { parseModeChange, parseOctalMode } from './file-mode.ts'

const CHANGES: readonly (readonly [change: string, before: string, after: string])[] = [
  ['0644', '4755', '644'],
  ['00000000007', '755', '7'],
  ['u+x', '644', '744'],
  ['+x', '644', '755'],
  ['go-w', '666', '644'],
  ['a=r', '755', '444'],
  ['a=rX', '755', '555'],
  ['a=rX', '644', '444'],
  ['a+x,a=X', '644', '0'],
  ['a+x,a-X', '644', '644'],
  ['g-X', '711', '701'],
  ['a+X', '644', '644'],
  ['a+X', '744', '755'],
  ['u=rwX,go=rX', '751', '755'],
  ['u=rw,go=u', '777', '666'],
  ['g=u', '750', '770'],
  ['o=g-x', '750', '754'],
  ['u=g', '4750', '4550'],
  ['go=', '777', '700'],
  ['=', '6777', '0'],
  ['=', '7777', '1000'],
  ['u+s', '755', '4755'],
  ['g+s', '755', '2755'],
  ['+s', '755', '6755'],
  ['o+s', '755', '755'],
  ['+t', '755', '1755'],
  ['o+t', '755', '755'],
  ['u+t', '755', '1755'],
  ['=t', '755', '1755'],
  ['+rt', '000', '1000'],
  ['a+rt', '000', '1444'],
  ['a=t', '2755', '1000'],
  ['-t', '1777', '777'],
  ['a-s', '6755', '755'],
  ['u=rwx,g=rx,o=', '0', '750'],
  ['u=', '4755', '55'],
  ['u-x+w', '500', '600'],
  ['ug+rw-x', '111', '661'],
  ['u=rg', '770', '770'],
  ['u=gr', '720', '420'],
  ['g+u', '740', '770'],
  ['g-u', '770', '700'],
  ['+u', '700', '777'],
  ['u+', '644', '644'],
  ['u+x,', '', ''],
  [',u+x', '', ''],
  ['u', '', ''],
  ['', '', ''],
  ['u+y', '', ''],
  ['x+u', '', ''],
  ['+755', '', ''],
  ['u+x g+x', '', ''],
]

describe('a change of permissions', () => {
  it.each(CHANGES)('%s of %s', (change, before, after) => {
    const apply = parseModeChange(change)
    expect(apply?.(Number.parseInt(before, 8), false).toString(8) ?? '').toBe(after)
  })

  it('gives directories what X stands for, whatever they had', () => {
    expect(parseModeChange('a+X')?.(0o600, true)).toBe(0o711)
    expect(parseModeChange('u-x,+X')?.(0o700, false)).toBe(0o711)
  })

  it('is a number only as octal digits up to 07777', () => {
    expect(['0', '07777', '000644', '10000', '8', 'u+x', '-1', ''].map(parseOctalMode)).toEqual([
      ...[0, 0o7777, 0o644],
      ...[undefined, undefined, undefined, undefined, undefined],
    ])
  })
})
