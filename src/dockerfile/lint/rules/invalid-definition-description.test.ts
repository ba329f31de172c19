import { describe, expect, it } from 'vitest'
import { messagesOf } from '../lint.fixture.ts'
import { invalidDefinitionDescription } from './invalid-definition-description.ts'

const message = (keyword: string, name: string): string =>
  `Comment for ${keyword} should follow the format: \`# ${name} <description>\``

describe('InvalidDefinitionDescription', () => {
  it.each([
    ['FROM scratch\n# version is\nARG version\n# x\nARG version', [`5: ${message('ARG', 'version')}`]],
    ['FROM scratch\n# x\nARG a b\n# b is\nARG a b', [`3: ${message('ARG', '<arg_key>')}`]],
    ['# x\nFROM scratch AS a\n# a is\nFROM scratch AS a', [`2: ${message('FROM', 'a')}`]],
    ['# x\nFROM scratch', []],
    ['# x\n#\nFROM scratch AS a', []],
    ['# x\n# a is\nFROM scratch AS a', []],
    ['FROM scratch\n# x\nCOPY a b', []],
    ['FROM scratch\n# a is\n# check=skip=SecretsUsedInArgOrEnv\nARG a', []],
  ])('%j', (text, expected) => {
    expect(messagesOf(invalidDefinitionDescription, text)).toEqual(expected)
  })

  it('is off until it is asked for', () => {
    expect(invalidDefinitionDescription.info.experimental).toBe(true)
  })
})
