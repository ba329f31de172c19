import { describe, expect, it } from 'vitest'
import { meaningOf, mended, messagesOf } from '../lint.fixture.ts'
import { exposeProtoCasing } from './expose-proto-casing.ts'

const message = (port: string): string => `2: Defined protocol '${port}' in EXPOSE instruction should be lowercase`

describe('ExposeProtoCasing', () => {
  it.each([
    ['EXPOSE 80/TCP 81/udp 82', [message('80/TCP')]],
    ['EXPOSE 80-90/Sctp', [message('80-90/Sctp')]],
    ['EXPOSE [::1]:80:80/UDP', [message('[::1]:80:80/UDP')]],
    ['EXPOSE ${x:-80/TCP}', [message('80/TCP')]],
  ])('%s', (instruction, expected) => {
    expect(messagesOf(exposeProtoCasing, `FROM a\n${instruction}`)).toEqual(expected)
  })

  it.each([
    ['EXPOSE 80/TCP 80/TCP \\\n 81/Udp', 'EXPOSE 80/tcp 80/tcp \\\n 81/udp'],
    ['EXPOSE 80:80/TCP', 'EXPOSE 80:80/tcp'],
  ])('mends %j', (before, after) => {
    expect(mended(exposeProtoCasing, `FROM a\n${before}\n`)).toBe(`FROM a\n${after}\n`)
    const lower = before.toLowerCase().replace('expose', 'EXPOSE')
    expect(meaningOf(`FROM a\n${after}`)).toEqual(meaningOf(`FROM a\n${lower}`))
  })
})
