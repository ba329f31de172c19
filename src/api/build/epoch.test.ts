import { describe, expect, it } from 'vitest'
import { epochOf } from './epoch.ts'

describe('SOURCE_DATE_EPOCH', () => {
  it('comes from the build arguments first, from the environment second', () => {
    expect(epochOf({ SOURCE_DATE_EPOCH: '5' }, { SOURCE_DATE_EPOCH: '6' })).toBe(5)
    expect(epochOf({}, { SOURCE_DATE_EPOCH: '6' })).toBe(6)
    expect(epochOf({}, {})).toBeUndefined()
    expect(epochOf({}, { SOURCE_DATE_EPOCH: '' })).toBeUndefined()
  })

  it.each(['x', '-1', '1.5', '1e3', '9'.repeat(20)])('refuses %s', text => {
    expect(() => epochOf({ SOURCE_DATE_EPOCH: text }, {})).toThrow('invalid SOURCE_DATE_EPOCH')
  })
})
