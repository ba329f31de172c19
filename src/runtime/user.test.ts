import { describe, expect, it } from 'vitest'
import { lookupUser } from './user.ts'

const FILES: Record<string, string> = {
  '/etc/passwd': [
    'root:x:0:0:root:/root:/bin/sh',
    '# a comment',
    '',
    'app:x:1000:1001:App,,,:/home/app:/bin/sh',
    '2000:x:3000:3000::/odd:',
    'broken:x:notanumber:0::/:',
  ].join('\n'),
  '/etc/group': 'root:x:0:\napp:x:1001:\nwheel:x:10:root,app\nvideo:x:44:app\nown:x:1001:app\n',
}
const look = (user: string | undefined, files = FILES) => lookupUser(path => files[path], user)

describe('USER', () => {
  it('is root when there is none', () => {
    expect(look(undefined)).toMatchObject({ uid: 0, gid: 0, additionalGids: [10], home: '/root' })
    expect(look('')).toMatchObject({ uid: 0, gid: 0 })
  })
  it('takes group, other groups and home from the entry of a name', () => {
    expect(look('app')).toMatchObject({ uid: 1000, gid: 1001, additionalGids: [10, 44], home: '/home/app' })
  })
  it('finds the entry of a number', () => {
    expect(look('1000')).toMatchObject({ uid: 1000, gid: 1001, additionalGids: [10, 44], home: '/home/app' })
  })
  it('prefers a name that looks like a number', () => {
    expect(look('2000')).toMatchObject({ uid: 3000, gid: 3000, home: '/odd' })
  })
  it('gives a number without an entry group 0, and / as home', () => {
    expect(look('4711')).toMatchObject({ uid: 4711, gid: 0, additionalGids: [], home: '/' })
  })
  it('leaves other groups out when a group is given', () => {
    expect(look('app:video')).toMatchObject({ uid: 1000, gid: 44, additionalGids: [] })
    expect(look('1000:77')).toMatchObject({ uid: 1000, gid: 77, additionalGids: [] })
    expect(look(':wheel')).toMatchObject({ uid: 0, gid: 10 })
  })
  it('works on an empty root for numbers', () => {
    expect(look('65534:65534', {})).toMatchObject({ uid: 65534, gid: 65534, home: '/' })
  })
  it.each([
    ['nobody', 'unable to find user nobody: no matching entries in passwd file'],
    ['broken', 'unable to find user broken: no matching entries in passwd file'],
    ['app:nogroup', 'unable to find group nogroup: no matching entries in group file'],
    ['99999999999', 'unable to find user 99999999999: no matching entries in passwd file'],
    ['-1', 'unable to find user -1: no matching entries in passwd file'],
  ])('refuses %s in the words of Docker', (user, message) => {
    expect(() => look(user)).toThrow(expect.objectContaining({ code: 'SANDBOX_UNKNOWN_USER', message }))
  })
})
