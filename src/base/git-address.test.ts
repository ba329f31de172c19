import { describe, expect, it } from 'vitest'
import { type GitAddress, parseGitAddress } from './git-address.ts'

const HTTPS = { scheme: 'https', host: 'h.example', url: 'https://h.example/r.git' } as const
const HASH = '362c42a3e93c565c207e922fd71f09e97198dda3'

describe('addresses', () => {
  it.each<[string, Partial<GitAddress>]>([
    ['https://h.example/r.git', HTTPS],
    ['http://h.example:8080/a/r.git', { scheme: 'http', host: 'h.example:8080', url: 'http://h.example:8080/a/r.git' }],
    ['HTTPS://h.example/r.git', HTTPS],
    ['git://h.example/r', { scheme: 'git', url: 'git://h.example/r' }],
    ['ssh://git@h.example:22/r.git', { scheme: 'ssh', host: 'h.example:22', url: 'ssh://git@h.example:22/r.git' }],
    ['ssh://me@h.example/~/r.git', { scheme: 'ssh', url: 'ssh://me@h.example/~/r.git' }],
    ['git@h.example:a/r.git', { scheme: 'ssh', host: 'h.example', url: 'git@h.example:a/r.git' }],
    ['git@h.example:a/r', { scheme: 'ssh', url: 'git@h.example:a/r' }],
    ['some-one@h.example:/srv/r.git', { scheme: 'ssh', url: 'some-one@h.example:/srv/r.git' }],
    ['github.com/a/b', { scheme: 'https', host: 'github.com', url: 'https://github.com/a/b', looksLocal: true }],
    ['https://h.example/r.git#v1', { ...HTTPS, ref: 'v1' }],
    ['https://h.example/r.git#a/b:c/d', { ...HTTPS, ref: 'a/b', subdir: 'c/d' }],
    ['https://h.example/r.git#:dir', { ...HTTPS, ref: undefined, subdir: 'dir' }],
    ['https://h.example/r.git#v1:', { ...HTTPS, ref: 'v1', subdir: undefined }],
    ['https://h.example/r.git#v1:/', { ...HTTPS, ref: 'v1', subdir: undefined }],
    ['https://h.example/r.git#main:a//b/../c/', { ...HTTPS, subdir: 'a/c' }],
    ['https://h.example/r.git#main:../../etc', { ...HTTPS, subdir: 'etc' }],
    ['https://h.example/r.git#%66eature', { ...HTTPS, ref: 'feature' }],
    ['git@h.example:r.git#v1:dir', { url: 'git@h.example:r.git', ref: 'v1', subdir: 'dir' }],
    ['https://h.example/r.git?ref=v1', { ...HTTPS, ref: 'v1' }],
    ['https://h.example/r.git?tag=v1', { ...HTTPS, ref: 'refs/tags/v1' }],
    ['https://h.example/r.git?tag=refs/tags/v1', { ...HTTPS, ref: 'refs/tags/v1' }],
    ['https://h.example/r.git?branch=b', { ...HTTPS, ref: 'refs/heads/b' }],
    ['https://h.example/r.git?ref=v1#v1', { ...HTTPS, ref: 'v1' }],
    ['https://h.example/r.git?subdir=a#v1:a', { ...HTTPS, ref: 'v1', subdir: 'a' }],
    [`https://h.example/r.git?checksum=${HASH}`, { ...HTTPS, ref: undefined, checksum: HASH }],
    [`https://h.example/r.git?commit=${HASH}`, { ...HTTPS, checksum: HASH }],
    ['https://h.example/r.git?keep-git-dir=true', { ...HTTPS, keepGitDir: true }],
    ['https://h.example/r.git?keep-git-dir', { ...HTTPS, keepGitDir: true }],
    ['https://h.example/r.git?submodules=0', { ...HTTPS, submodules: false }],
    ['https://h.example/r.git?mtime=commit', { ...HTTPS, mtime: 'commit' }],
    [`https://h.example/r.git?fetch-by-commit&commit=${HASH}`, { fetchByCommit: true, checksum: HASH }],
    ['git@h.example:r.git?branch=b&subdir=d', { url: 'git@h.example:r.git', ref: 'refs/heads/b', subdir: 'd' }],
    ['github.com/a/b?tag=v1', { url: 'https://github.com/a/b', ref: 'refs/tags/v1' }],
  ])('%s', (text, expected) => {
    expect(parseGitAddress(text)).toMatchObject(expected)
  })

  it.each([
    'https://h.example/',
    'https://h.example/r',
    'https://h.example/r.git/',
    'https://h.example/r.git.tgz',
    'https://h.example/r?x=.git',
    'https://h.example/r#.git',
    'h.example/a/r.git',
    'git+https://h.example/r.git',
    'file:///srv/r.git',
    './r.git',
    'r.git',
    'a:b',
    'git@-oProxyCommand=x:r.git',
    '/srv/git@h.example:r',
    '',
  ])('%j is none', text => {
    expect(parseGitAddress(text)).toBeUndefined()
  })
})

describe('what cannot be meant is an error that names it', () => {
  it.each([
    ['https://h.example/r.git?foo=bar', 'unknown query key foo'],
    ['https://h.example/r.git?ref=', 'query key ref has no value'],
    ['https://h.example/r.git?ref=a&ref=b', 'query key ref is given more than once'],
    ['https://h.example/r.git?ref=a#b', 'two different values of ref: b and a'],
    ['https://h.example/r.git?subdir=a#v1:b', 'two different values of subdir: b and a'],
    ['https://h.example/r.git?ref=main&branch=other', 'two different values of ref: main and refs/heads/other'],
    ['https://h.example/r.git?tag=a&branch=b', 'both a tag and a branch are asked for'],
    ['https://h.example/r.git?keep-git-dir=maybe', 'expected keep-git-dir=true or keep-git-dir=false'],
    ['https://h.example/r.git?mtime=now', 'expected mtime=checkout or mtime=commit'],
    ['https://h.example/r.git?fetch-by-commit', 'fetch-by-commit needs a commit'],
    ['https://h.example/r.git?checksum=a&commit=b', 'two different values of checksum: a and b'],
    ['git:///r', 'it names no host'],
    ['git://me@h.example/r', 'git:// knows no users'],
    ['git://h.example/a b', 'a space or a control character'],
  ])('%s', (text, message) => {
    expect(() => parseGitAddress(text)).toThrow(message)
  })
})

describe('nothing becomes an option of git or ssh', () => {
  it.each([
    'ssh://-oProxyCommand=touch%20x/r.git',
    'ssh://-lroot@h.example/r.git',
    '-oProxyCommand@h.example:r.git',
    'git@-x:r.git',
    'git@h.example:-r.git',
    'ssh://h.example/-r.git',
    'git://-h/r.git',
    'https://h.example/r.git#--upload-pack=touch',
    'https://h.example/r.git#-x',
    'https://h.example/r.git?ref=--upload-pack=touch',
    'https://h.example/r.git#a..b',
    'https://h.example/r.git#a b',
    'https://h.example/r.git?ref=a:b',
    'https://h.example/r.git#%0Amain',
    'https://h.example/r.git?ref=v1^{}',
    'https://h.example/r.git#*',
  ])('%s', text => {
    expect(() => parseGitAddress(text)).toThrow(/reading Git address/)
  })
})

describe('passwords', () => {
  it.each([
    ['https://me:secret@h.example/r.git', 'me:secret'],
    ['https://secret@h.example/r.git', 'secret'],
    ['http://a%40b:se%3Acret@h.example/r.git', 'a%40b:se%3Acret'],
    ['https://a@b:secret@h.example/r.git', 'a@b:secret'],
  ])('%s: kept apart from what may be shown', (text, credentials) => {
    const address = parseGitAddress(text)
    expect(address?.credentials).toBe(credentials)
    expect(address?.url).toMatch(/^https?:\/\/h\.example\/r\.git$/)
  })
  it('are dropped for ssh, which asks for none', () => {
    const address = parseGitAddress('ssh://me:secret@h.example/r.git')
    expect(address).toMatchObject({ url: 'ssh://me@h.example/r.git', credentials: undefined })
  })
  it('are in no error', () => {
    expect(() => parseGitAddress('https://me:secret@h.example/r.git?x=1')).toThrow(/^(?!.*secret)/)
  })
})
