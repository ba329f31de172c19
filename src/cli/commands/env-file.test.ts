import { describe, expect, it } from 'vitest'
import { readEnvFile } from './env-file.ts'
import { parseKeyValues } from './key-values.ts'

describe('--env-file', () => {
  it('is read as docker reads it', () => {
    const text = '# comment\n\nA=1\n  B= spaced \nC="quoted"\nD=a=b#c\nFROM_HERE\nNOT_HERE\r\nE=crlf\r\n'
    expect(readEnvFile(text, 'env', { FROM_HERE: 'yes' })).toEqual([
      'A=1',
      'B= spaced ',
      'C="quoted"',
      'D=a=b#c',
      'FROM_HERE=yes',
      'E=crlf',
    ])
  })

  it.each(['=x', 'two words=1'])('refuses the name in %j with its line', line => {
    expect(() => readEnvFile(`A=1\n${line}\n`, 'env', {})).toThrow('env:2')
  })
})

describe('NAME=value flags', () => {
  it('take NAME alone from the environment and leave out what that lacks', () => {
    expect(parseKeyValues('--build-arg', ['A=1', 'B', 'C', 'D='], { B: 'b' })).toEqual({ A: '1', B: 'b', D: '' })
    expect(parseKeyValues('--label', ['a'], {})).toEqual({ a: '' })
    expect(() => parseKeyValues('--build-arg', ['=x'], {})).toThrow('invalid --build-arg')
  })
})
