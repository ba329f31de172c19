import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { check } from './check.ts'
import { checkFix } from './check-fix.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tare-check-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function rulesOf(text: string, options = {}): Promise<string[]> {
  const { findings } = await check({ dockerfile: Buffer.from(text), skip: ['RunsAsRoot'], ...options })
  return findings.map(({ rule, range }) => `${range?.startLine} ${rule}`)
}

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('check', () => {
  it('runs the rules of both kinds', async () => {
    expect(await rulesOf('FROM alpine AS Build\nRUN apk add curl\n')).toEqual([
      '1 StageNameCasing',
      '2 PackageListsLeft',
    ])
  })

  it('goes by what official images are known to set, and says nothing of others', async () => {
    expect(await rulesOf('FROM debian:12\nCOPY $NOPE /x\n')).toEqual(['2 UndefinedVar'])
    expect(await rulesOf('FROM golang:1.22\nWORKDIR $GOPATH/src\n')).toEqual([])
    expect(await rulesOf('FROM registry.example/x\nCOPY $NOPE /x\n')).toEqual([])
    expect(await rulesOf('FROM node:22-onbuild\nCOPY $NOPE /x\n')).toEqual([])
  })

  it('reads the ignore file of the directory, of the Dockerfile, or of the context', async () => {
    write('.dockerignore', 'a\n')
    const dockerfile = write('Dockerfile', 'FROM scratch\nCOPY a b /\n')
    const find = async (options: object): Promise<string[]> =>
      (await check({ experimental: ['all'], ...options })).findings.map(({ message }) => message)
    expect(await find({ dockerfile: folder })).toEqual([expect.stringContaining('"a"')])
    expect(await find({ dockerfile })).toEqual([expect.stringContaining('"a"')])
    write('Dockerfile.dockerignore', 'b\n')
    expect(await find({ dockerfile })).toEqual([expect.stringContaining('"b"')])
    expect(await find({ dockerfile: readFileSync(dockerfile) })).toEqual([])
    expect(await find({ dockerfile: readFileSync(dockerfile), context: folder })).toEqual([
      expect.stringContaining('"a"'),
    ])
  })

  it('goes by target, platform and arguments', async () => {
    const text = 'ARG TAG=11\nFROM debian:$TAG AS one\nRUN apt-get update\nFROM debian:12\nRUN apt-get update\n'
    expect(await rulesOf(text, { buildArgs: { TAG: '12' }, skip: ['UnusedStage'] })).toEqual(['5 PackageListsLeft'])
    expect(await rulesOf(text, { buildArgs: { TAG: '12' }, target: 'one' })).toEqual(['3 PackageListsLeft'])
    expect(await rulesOf('FROM --platform=$TARGETPLATFORM debian\n', { platform: 'arm64' })).toEqual([
      '1 RedundantTargetPlatform',
    ])
  })

  it.each([
    ['FROM alpine\nCOPY --from=7 a b\n', 'PLAN_UNKNOWN_STAGE', 2],
    ['FROM alpine AS a\nCOPY --from=b x y\nFROM alpine AS b\nCOPY --from=a x y\n', 'PLAN_CIRCULAR_STAGES', 1],
    ['FROM alpine\nWORKDIR ${X:?not set}\n', undefined, 2],
    ['FROM scratch\nWORKDIR ${X:?not set}\n', 'word-required', 2],
    ['ARG BASE\nFROM $BASE\n', undefined, 2],
    ['FROM alpine\nWORKDIR ${X:i}\n', 'word-syntax', 2],
  ])('tells what a build would stop with: %j', async (text, code, line) => {
    const { fault } = await check({ dockerfile: Buffer.from(text) })
    expect([fault?.code, fault?.at?.range.startLine]).toEqual([code, code && line])
  })

  it('has rules say what they find beside it', async () => {
    expect(await rulesOf('FROM alpine AS App\nCOPY --from=7 a b\n')).toEqual(['1 StageNameCasing'])
  })

  it('refuses what does not exist', async () => {
    await expect(check({ dockerfile: join(folder, 'none') })).rejects.toMatchObject({ code: 'BUILD_NO_DOCKERFILE' })
    await expect(rulesOf('FROM a\nCOPPY b\n')).rejects.toMatchObject({ code: 'dockerfile-unknown-instruction' })
    const { fault } = await check({ dockerfile: Buffer.from('FROM a\n'), target: 'b' })
    expect(fault).toMatchObject({ code: 'PLAN_UNKNOWN_TARGET' })
    await expect(rulesOf('FROM a\n', { skip: ['StageNameCase'] })).rejects.toMatchObject({
      hint: 'did you mean StageNameCasing?',
    })
  })
})

const BAD =
  'From debian AS Build\r\nRUN apt-get update && \\\r\n    apt-get install -y curl\r\nMAINTAINER me\r\nRUN x\r\n'

describe('checkFix', () => {
  it('mends, and leaves line ends as they are', async () => {
    const { after, fixed, left } = await checkFix({ dockerfile: Buffer.from(BAD) })
    expect(after).toContain('FROM debian AS build\r\n')
    expect(after).toContain('install -y curl && rm -rf /var/lib/apt/lists/*\r\n')
    expect(after.split('\r\n').length).toBe(after.split('\n').length)
    expect(fixed.length).toBeGreaterThan(1)
    expect(left.map(({ rule }) => rule)).toContain('RecommendsInstalled')
    expect((await checkFix({ dockerfile: Buffer.from(after) })).after).toBe(after)
  })

  it('writes the file with its mode, through a link, and only when asked to', async () => {
    const path = write('Dockerfile', BAD)
    chmodSync(path, 0o640)
    symlinkSync('Dockerfile', join(folder, 'link'))
    await checkFix({ dockerfile: path })
    expect(readFileSync(path, 'utf8')).toBe(BAD)
    const { after } = await checkFix({ dockerfile: join(folder, 'link'), write: true })
    expect(readFileSync(path, 'utf8')).toBe(after)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readlinkSync(join(folder, 'link'))).toBe('Dockerfile')
  })

  it('leaves a file alone that cannot be checked', async () => {
    const path = write('Dockerfile', 'From a\nCOPPY b c\n')
    await expect(checkFix({ dockerfile: path, write: true })).rejects.toMatchObject({
      code: 'dockerfile-unknown-instruction',
    })
    expect(readFileSync(path, 'utf8')).toBe('From a\nCOPPY b c\n')
  })

  it('keeps bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('From debian\nRUN echo '), Buffer.from([0xff, 0x0a])])
    const path = join(folder, 'Dockerfile')
    writeFileSync(path, bytes)
    await checkFix({ dockerfile: path, write: true })
    expect(readFileSync(path)).toEqual(Buffer.from([...Buffer.from('FROM debian\nRUN echo '), 0xff, 0x0a]))
  })
})
