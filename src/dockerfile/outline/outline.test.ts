import { describe, expect, it } from 'vitest'
import { lintInput } from '../lint/weight/weight.fixture.ts'
import { listTargets } from './list-targets.ts'
import { outlineOf } from './outline.ts'

/** As `docker build --call=outline` of BuildKit 0.25 (docker 28.5) answers for the same text. */
function argumentsOf(text: string, options = {}): string[] {
  return outlineOf(lintInput(text, options)).args.map(
    ({ name, value, description, line }) => `${line} ${name}=${value ?? ''}${description ? ` (${description})` : ''}`,
  )
}

const GLOBAL = '# G1 is global one\nARG G1=one\nARG G2\nARG G3=${G1}-x\nARG UNUSED=zz\n'

describe('outlineOf', () => {
  it('lists what stages declare, and takes what global arguments say', () => {
    const text = `${GLOBAL}FROM golang AS build\n# A first\n# B second\nARG A=1 B=2 C\nARG G1\nARG D=\${A}\${G3}\nFROM scratch\nARG G2=own\nCOPY --from=build /x /y\nARG TARGETPLATFORM\nARG HTTP_PROXY\n`
    expect(argumentsOf(text)).toEqual([
      '2 G1=one (is global one)',
      '9 A=1 (first)',
      '9 B=2 (second)',
      '9 C=',
      '11 D=1',
      '13 G2=own',
      '16 HTTP_PROXY=',
    ])
    expect(argumentsOf(text, { buildArgs: { C: 'c', G2: 'g', A: '9' }, target: 'build' })).toEqual([
      '2 G1=one (is global one)',
      '9 A=9 (first)',
      '9 B=2 (second)',
      '9 C=c',
      '11 D=9',
    ])
  })

  it('lists what FROM lines use, and what that is made of', () => {
    const text = 'ARG IMG=golang\nARG DEP=${IMG}:1\nARG P=linux/amd64\nFROM --platform=$P ${DEP} AS a\nFROM a\n'
    expect(argumentsOf(text)).toEqual(['1 IMG=golang', '2 DEP=golang:1', '3 P=linux/amd64'])
  })

  it('takes the declaration nearest to the target', () => {
    const text =
      'FROM x AS deps\nARG S=deps\nFROM y AS base\nARG S=base\nFROM base\nARG S=own\nENV S=5\nARG S\nARG Y=$S\nCOPY --from=deps / /\n'
    expect(argumentsOf(text)).toEqual(['8 S=', '9 Y=5'])
  })

  it('lists secrets and agents', () => {
    const text =
      'FROM x AS b\nRUN --mount=type=secret,id=s,required=true --mount=type=ssh true\nFROM b\nENV X=5\nRUN --mount=type=secret,id=s --mount=type=secret,target=/run/secrets/f --mount=type=secret,id=z$X,env=E --mount=type=ssh,id=gh,required true\n'
    const { secrets, ssh } = outlineOf(lintInput(text))
    expect(secrets.map(({ name, required }) => [name, required])).toEqual([
      ['s', false],
      ['f', false],
      ['z5', false],
    ])
    expect(ssh.map(({ name, required, line }) => [name, required, line])).toEqual([
      ['default', false, 2],
      ['gh', true, 5],
    ])
  })

  it('is empty for a stage that asks for nothing', () => {
    const { name, description, args } = outlineOf(lintInput('# app the program\nFROM scratch AS app\n'))
    expect({ name, description, args }).toEqual({ name: 'app', description: 'the program', args: [] })
  })
})

describe('listTargets', () => {
  it('lists every stage as it is written', () => {
    const { dockerfile } = lintInput(
      'FROM --platform=$P golang:$V AS One\n# two is next\nFROM one AS two\nFROM scratch\n',
    )
    expect(listTargets(dockerfile)).toEqual([
      { name: 'one', isDefault: false, description: undefined, base: 'golang:$V', platform: '$P', line: 1 },
      { name: 'two', isDefault: false, description: 'is next', base: 'one', platform: undefined, line: 3 },
      { name: undefined, isDefault: true, description: undefined, base: 'scratch', platform: undefined, line: 4 },
    ])
  })
})
