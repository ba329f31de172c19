import { describe, expect, it } from 'vitest'
import { findingsOf, messagesOf } from '../lint.fixture.ts'
import { maintainerDeprecated } from './maintainer-deprecated.ts'

describe('MaintainerDeprecated', () => {
  it('looks at every stage, whatever the target', () => {
    const dockerfile = 'FROM a AS x\nMAINTAINER me\nFROM a AS y\nmaintainer "me"\n'
    const message = 'Maintainer instruction is deprecated in favor of using label'
    expect(messagesOf(maintainerDeprecated, { dockerfile, target: 'x' })).toEqual([`2: ${message}`, `4: ${message}`])
  })

  it('says what to write, and leaves the writing: a label is not the author', () => {
    const [found] = findingsOf(maintainerDeprecated.info, 'FROM a\nMAINTAINER me <me@example.org>\n')
    expect(found?.hint).toBe('write LABEL org.opencontainers.image.authors="me <me@example.org>"')
    expect(found?.fix).toBeUndefined()
  })
})
