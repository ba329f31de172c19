import { describe, expect, it } from 'vitest'
import { mended, messagesOf } from '../lint.fixture.ts'
import { exposeInvalidFormat } from './expose-invalid-format.ts'

const message = (port: string): string =>
  `2: EXPOSE instruction should not define an IP address or host-port mapping, found '${port}'`

describe('ExposeInvalidFormat', () => {
  it.each([
    ['EXPOSE 80:8080 81', [message('80:8080')]],
    ['EXPOSE 127.0.0.1:80:8080/tcp', [message('127.0.0.1:80:8080/tcp')]],
    ['EXPOSE 127.0.0.1::80', [message('127.0.0.1::80')]],
    ['EXPOSE [::1]:80:80', [message('[::1]:80:80')]],
    ['EXPOSE ${x:-80:80}', [message('80:80')]],
    ['EXPOSE 80 81-82/udp', []],
  ])('%s', (instruction, expected) => {
    expect(messagesOf(exposeInvalidFormat, `FROM a\n${instruction}`)).toEqual(expected)
  })

  it.each([
    ['EXPOSE 80:8080', 'EXPOSE 8080'],
    ['EXPOSE [::1]:80-90:80-90/TCP 1', 'EXPOSE 80-90/TCP 1'],
  ])('mends %j: the address was never used', (before, after) => {
    expect(mended(exposeInvalidFormat, `FROM a\n${before}\n`)).toBe(`FROM a\n${after}\n`)
  })
})
