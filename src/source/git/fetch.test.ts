import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GitServer, serveGitDaemon, serveGitHttp, TestRepository } from '../../../test/support/git-server.ts'
import { tempFolder } from '../../../test/support/temp-folder.ts'
import { type GitAddress, parseGitAddress } from '../../base/git-address.ts'
import { type FetchedTree, type FetchGitOptions, fetchGit, resolveGit } from './fetch.ts'

const folder = tempFolder()
const served = join(folder.path, 'served')
const hashes: Record<string, string> = {}
let daemon: GitServer
let http: GitServer
let places = 0

beforeAll(async () => {
  const a = await TestRepository.create(served, 'a')
  await a.sh('mkdir -p dir/deep; ln -s d.txt dir/link; ln -s dir inlink; ln -s / outlink; echo x > run; chmod 755 run')
  hashes['one'] = await a.commit({ 'file.txt': 'one\n', 'dir/d.txt': 'd\n', 'dir/deep/x': 'x\n' })
  await a.git('tag', 'light')
  await a.git('tag', '-a', '-m', 'v1', 'v1')
  hashes['tag'] = await a.git('rev-parse', 'v1')
  hashes['two'] = await a.commit({ 'file.txt': 'two\n' })
  await a.git('branch', 'feature')
  await a.git('checkout', '-q', '-b', 'x/feature')
  hashes['other'] = await a.commit({ 'other.txt': 'other\n' })
  await a.git('update-ref', 'refs/pull/7/head', 'HEAD')
  await a.git('checkout', '-q', 'main')
  hashes['three'] = await a.commit({ 'file.txt': 'three\n' })
  await makeSubmodules()
  daemon = await serveGitDaemon(served)
  http = await serveGitHttp(served)
})

afterAll(async () => {
  await daemon?.[Symbol.asyncDispose]()
  await http?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function makeSubmodules(): Promise<void> {
  const inner = await TestRepository.create(served, 'inner')
  await inner.commit({ 'inner.txt': 'inner\n' })
  const middle = await TestRepository.create(served, 'middle')
  await middle.commit({ 'middle.txt': 'middle\n' })
  await middle.git('submodule', 'add', '-q', `${served}/inner.git`, 'in')
  await middle.git('config', '-f', '.gitmodules', 'submodule.in.url', '../inner.git')
  await middle.commit()
  // Newer commits of a submodule do not count.
  const outer = await TestRepository.create(served, 'outer')
  await outer.commit({ 'outer.txt': 'outer\n' })
  await outer.git('submodule', 'add', '-q', `${served}/middle.git`, 'sub/mid')
  await outer.git('config', '-f', '.gitmodules', 'submodule.sub/mid.url', '../middle.git')
  await outer.commit()
  await middle.commit({ 'middle.txt': 'newer\n' })
}

function place(): string {
  const directory = join(folder.path, `to-${++places}`)
  mkdirSync(directory)
  return directory
}

function addressOf(text: string): GitAddress {
  const address = parseGitAddress(text)
  if (!address) throw new Error(`${text} is no address`)
  return address
}

function fetch(text: string, options: Partial<FetchGitOptions> = {}): Promise<FetchedTree> {
  return fetchGit(addressOf(text), { env: process.env, directory: place(), ...options })
}

const read = (tree: FetchedTree, path: string): string => readFileSync(join(tree.directory, path), 'utf8')

describe('what an address means', () => {
  it.each([
    ['', 'three'],
    ['#main', 'three'],
    ['#feature', 'two'],
    ['#x/feature', 'two', 'other.txt'],
    ['#light', 'one'],
    ['#v1', 'one'],
    ['#refs/tags/v1', 'one'],
    ['#heads/main', 'three'],
    ['#pull/7/head', 'two', 'other.txt'],
    ['#refs/pull/7/head', 'two', 'other.txt'],
    ['?tag=v1', 'one'],
    ['?branch=feature', 'two'],
  ])('a.git%s', async (wanted, content, extra?) => {
    const tree = await fetch(`${daemon.url}/a.git${wanted}`)
    expect(read(tree, 'file.txt')).toBe(`${content}\n`)
    expect(existsSync(join(tree.directory, 'other.txt'))).toBe(extra !== undefined)
    expect(tree.commit).toBe(hashes[extra === undefined ? content : 'other'])
  })

  it.each(['git', 'http'] as const)('a commit by its hash, one without a ref of its own, over %s', async over => {
    const { url } = over === 'git' ? daemon : http
    const tree = await fetch(`${url}/a.git#${hashes['one']}:dir`)
    expect(readdirSync(tree.directory).sort()).toEqual(['d.txt', 'deep', 'link'])
    expect(tree.commit).toBe(hashes['one'])
  })

  it('is asked of the server once, and not at all for a full hash', async () => {
    const before = http.seen.length
    expect(await resolveGit(addressOf(`${http.url}/a.git#${hashes['one']}`), { env: {} })).toEqual({
      commit: hashes['one'],
      ref: undefined,
    })
    expect(http.seen.length).toBe(before)
    const resolved = await resolveGit(addressOf(`${http.url}/a.git`), { env: process.env })
    expect(resolved).toEqual({ commit: hashes['three'], ref: 'refs/heads/main' })
  })

  it('a server that gives commits away only by their refs is asked for everything', async () => {
    await using old = await serveGitHttp(served, {
      intercept: request => {
        // Protocol 0, in which a commit that no ref points to is refused.
        delete request.headers['git-protocol']
        return false
      },
    })
    const tree = await fetch(`${old.url}/a.git#${hashes['one']}`)
    expect(read(tree, 'file.txt')).toBe('one\n')
    await expect(fetch(`${old.url}/a.git#${'0'.repeat(40)}`)).rejects.toMatchObject({ code: 'SOURCE_REF_NOT_FOUND' })
  })

  it('the commit that was resolved is fetched though the branch has moved on', async () => {
    const moving = await TestRepository.create(served, 'moving')
    const first = await moving.commit({ f: '1\n' })
    const address = addressOf(`${daemon.url}/moving.git#main`)
    const resolved = await resolveGit(address, { env: process.env })
    await moving.commit({ f: '2\n' })
    const tree = await fetchGit(address, { env: process.env, directory: place(), resolved })
    expect(tree.commit).toBe(first)
    expect(read(tree, 'f')).toBe('1\n')
  })
})

describe('checksums', () => {
  it.each([
    ['?checksum=ONE', 'one'],
    ['?checksum=THREE7', 'three'],
    ['?tag=v1&checksum=ONE', 'one'],
    ['?tag=v1&checksum=TAG', 'one'],
    ['?tag=v1&commit=ONE7', 'one'],
    ['?ref=main&fetch-by-commit&checksum=ONE', 'one'],
  ])('a.git%s', async (wanted, content) => {
    expect(read(await fetch(`${daemon.url}/a.git${withHashes(wanted)}`), 'file.txt')).toBe(`${content}\n`)
  })
  it.each(['?tag=v1&checksum=THREE', '?checksum=ONE7', '#THREE?'])('a.git%s: another commit', async wanted => {
    const text = wanted === '#THREE?' ? `?checksum=ffff#${hashes['three']}` : withHashes(wanted)
    await expect(fetch(`${daemon.url}/a.git${text}`)).rejects.toMatchObject({ code: 'SOURCE_CHECKSUM_MISMATCH' })
  })
  it.each(['?checksum=sha256:abc', '?ref=main&fetch-by-commit&checksum=abc', '?checksum=HEAD'])(
    'a.git%s: no such hash',
    async wanted => {
      await expect(fetch(`${daemon.url}/a.git${wanted}`)).rejects.toMatchObject({ code: 'SOURCE_CHECKSUM_MISMATCH' })
    },
  )
  function withHashes(text: string): string {
    return text.replace(/(ONE|TAG|THREE)(7?)/, (_, name: string, short: string) => {
      const hash = hashes[name.toLowerCase()] ?? ''
      return short ? hash.slice(0, 7) : hash
    })
  }
})

describe('what is checked out', () => {
  it('has the modes of git whatever the umask', async () => {
    const umask = process.umask(0o077)
    try {
      const { directory } = await fetch(`${daemon.url}/a.git`)
      const mode = (path: string): string => (statSync(join(directory, path)).mode & 0o7777).toString(8)
      expect([mode('.'), mode('dir/deep'), mode('file.txt'), mode('run')]).toEqual(['755', '755', '644', '755'])
      expect(readlinkSync(join(directory, 'outlink'))).toBe('/')
      expect(readdirSync(directory)).not.toContain('.git')
    } finally {
      process.umask(umask)
    }
  })

  it('has the commit’s time when that is asked for', async () => {
    const { directory } = await fetch(`${daemon.url}/a.git?mtime=commit`)
    for (const path of ['.', 'dir', 'dir/deep/x', 'inlink'])
      expect(lstatSync(join(directory, path)).mtimeMs).toBe(Date.parse('2001-02-03T04:05:06Z'))
  })

  it.each([
    ['nope', 'is not in the repository'],
    ['dir/nope', 'is not in the repository'],
    ['file.txt', 'is not a directory'],
    ['inlink', 'is not a directory'],
    ['inlink/deep', 'is not a directory'],
    ['outlink/etc', 'is not a directory'],
    ['.git', 'is not'],
  ])('no subdirectory %s', async (subdir, message) => {
    const failed = fetch(`${daemon.url}/a.git?keep-git-dir#main:${subdir}`)
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_NO_SUBDIR', message: expect.stringContaining(message) })
  })

  it('keeps .git when told to, as a repository that git works with and that is the same each time', async () => {
    const one = await fetch(`${daemon.url}/a.git?keep-git-dir&tag=v1`)
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: one.directory, encoding: 'utf8' }).trim()
    expect(git('status', '--porcelain')).toBe('')
    expect(git('describe', '--exact-match')).toBe('v1')
    expect(git('rev-parse', 'HEAD')).toBe(hashes['one'])
    expect(git('rev-parse', 'v1')).toBe(hashes['tag'])
    expect(git('for-each-ref', '--format=%(refname)')).toBe('refs/tags/v1')
    expect(git('config', 'remote.origin.url')).toBe(`${daemon.url}/a.git`)
    expect(git('rev-list', '--count', 'HEAD')).toBe('1')
    execFileSync('rm', [join(one.directory, '.git/index')])
    git('read-tree', 'HEAD')
    const two = await fetch(`${daemon.url}/a.git?keep-git-dir&tag=v1`)
    expect(filesOf(join(two.directory, '.git'))).toEqual(filesOf(join(one.directory, '.git')))
    expect(readFileSync(join(two.directory, '.git/HEAD'), 'utf8')).toBe(`${hashes['one']}\n`)
  })

  it('keeps no .git of a subdirectory, as BuildKit', async () => {
    const { directory } = await fetch(`${daemon.url}/a.git?keep-git-dir#main:dir`)
    expect(readdirSync(directory)).not.toContain('.git')
  })
})

function filesOf(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()
  return names
    .filter(name => statSync(join(directory, name)).isFile())
    .map(name => `${name} ${readFileSync(join(directory, name), 'hex')}`)
}

describe('submodules', () => {
  it.each(['git', 'http'] as const)('come along, those of submodules too, over %s', async over => {
    const tree = await fetch(`${over === 'git' ? daemon.url : http.url}/outer.git`)
    expect(read(tree, 'sub/mid/middle.txt')).toBe('middle\n')
    expect(read(tree, 'sub/mid/in/inner.txt')).toBe('inner\n')
    const names = readdirSync(tree.directory, { recursive: true, encoding: 'utf8' })
    expect(names.filter(name => /(^|\/)\.git$/.test(name))).toEqual([])
  })
  it('stay away when told to', async () => {
    const tree = await fetch(`${daemon.url}/outer.git?submodules=false`)
    expect(readdirSync(join(tree.directory, 'sub/mid'))).toEqual([])
  })
  it('are in a subdirectory', async () => {
    expect(read(await fetch(`${daemon.url}/outer.git#main:sub`), 'mid/in/inner.txt')).toBe('inner\n')
  })
  it('are repositories still where .git is kept', async () => {
    const tree = await fetch(`${daemon.url}/outer.git?keep-git-dir`)
    const status = execFileSync('git', ['-c', 'safe.directory=*', 'submodule', 'status', '--recursive'], {
      cwd: tree.directory,
      encoding: 'utf8',
    })
    const names = readdirSync(join(tree.directory, '.git'), { recursive: true, encoding: 'utf8' })
    expect(names.filter(name => /(^|\/)(logs|hooks|FETCH_HEAD|ORIG_HEAD)$/.test(name))).toEqual([])
    expect(status).toMatch(/^ \w+ sub\/mid .*\n \w+ sub\/mid\/in /)
  })
})

describe('errors say what to do', () => {
  it.each([
    ['a.git#mian', 'SOURCE_REF_NOT_FOUND', 'has no branch or tag mian', 'Did you mean main?'],
    ['a.git?branch=faeture', 'SOURCE_REF_NOT_FOUND', 'refs/heads/faeture', 'Did you mean feature?'],
    [
      'a.git#362c42a',
      'SOURCE_REF_NOT_FOUND',
      'has no branch or tag 362c42a',
      'A commit is named by all digits of its hash.',
    ],
    [
      'nope.git',
      'SOURCE_FETCH_FAILED',
      'nope.git',
      'A private repository needs a token: --secret id=GIT_AUTH_TOKEN,env=NAME.',
    ],
  ])('%s', async (path, code, message, hint) => {
    await expect(fetch(`${http.url}/${path}`)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint,
    })
  })
  it('an empty repository', async () => {
    await TestRepository.create(served, 'empty')
    await expect(fetch(`${daemon.url}/empty.git`)).rejects.toMatchObject({ code: 'SOURCE_REF_NOT_FOUND' })
  })
  it('nobody there', async () => {
    await expect(fetch('git://127.0.0.1:1/a.git')).rejects.toMatchObject({
      code: 'SOURCE_FETCH_FAILED',
      message: expect.stringContaining('Connection refused'),
    })
  })
  it('no git on this machine', async () => {
    await expect(fetch(`${daemon.url}/a.git`, { env: { PATH: '/nonexistent' } })).rejects.toMatchObject({
      code: 'SOURCE_GIT_MISSING',
      hint: expect.stringContaining('Install git'),
    })
  })
  it('a server that says nothing for too long', async () => {
    await using silent = await serveGitHttp(served, { intercept: () => true })
    await expect(fetch(`${silent.url}/a.git`, { idleTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'SOURCE_FETCH_FAILED',
      message: expect.stringContaining('the server was silent'),
    })
  })
  it('a signal ends git and what it started', async () => {
    const stop = new AbortController()
    await using silent = await serveGitHttp(served, {
      intercept: () => {
        stop.abort(new Error('stopped'))
        return true
      },
    })
    await expect(fetch(`${silent.url}/a.git`, { signal: stop.signal })).rejects.toThrow('stopped')
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(`${silent.url}/a.git`)
  })
})
