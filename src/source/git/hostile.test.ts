import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GitServer, serveGitHttp, TestRepository } from '../../../test/support/git-server.ts'
import { tempFolder } from '../../../test/support/temp-folder.ts'
import { type GitAddress, parseGitAddress } from '../../base/git-address.ts'
import { type FetchedTree, type FetchGitOptions, fetchGit } from './fetch.ts'

const folder = tempFolder()
const served = join(folder.path, 'served')
const touched = join(folder.path, 'touched')
let server: GitServer
let places = 0

beforeAll(async () => {
  server = await serveGitHttp(served)
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function fetch(text: string, options: Partial<FetchGitOptions> = {}): Promise<FetchedTree> {
  const directory = join(folder.path, `to-${++places}`)
  mkdirSync(directory)
  return await fetchGit(parseGitAddress(text) as GitAddress, { env: process.env, directory, ...options })
}

/** A repository with a submodule that leads to `url`. */
async function withSubmodule(name: string, url: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  await TestRepository.create(served, 'harmless').then(repository => repository.commit({ f: 'f\n' }))
  const repository = await TestRepository.create(served, name)
  await repository.git('submodule', 'add', '-q', `${served}/harmless.git`, 'sub')
  await repository.git('config', '-f', '.gitmodules', 'submodule.sub.url', url)
  for (const [key, value] of Object.entries(more)) await repository.git('config', '-f', '.gitmodules', key, value)
  await repository.commit()
}

describe('a submodule cannot reach this machine (CVE-2022-39253)', () => {
  it.each([
    ['a path', () => `${served}/harmless.git`],
    ['a file URL', () => `file://${served}/harmless.git`],
    ['a program', () => `ext::touch ${touched}`],
    ['a remote helper', () => `fd::3`],
  ])('%s', async (name, url) => {
    const repository = `local-${name.replaceAll(' ', '-')}`
    await withSubmodule(repository, url())
    await expect(fetch(`${server.url}/${repository}.git`)).rejects.toMatchObject({
      code: 'SOURCE_FETCH_FAILED',
      message: expect.stringMatching(/not allowed|unsupported|not a git repository|transport/i),
    })
    expect(existsSync(touched)).toBe(false)
  })
})

describe('a submodule runs nothing', () => {
  it('its update command (CVE-2019-19604)', async () => {
    await withSubmodule('update', '../harmless.git', { 'submodule.sub.update': `!touch ${touched}` })
    await fetch(`${server.url}/update.git`).catch(() => undefined)
    expect(existsSync(touched)).toBe(false)
  })
  it('an option as its address (CVE-2018-17456)', async () => {
    await withSubmodule('option', `--upload-pack=touch ${touched}`)
    await fetch(`${server.url}/option.git`).catch(() => undefined)
    expect(existsSync(touched)).toBe(false)
  })
  it('a name that leads out of .git (CVE-2018-11235)', async () => {
    await withSubmodule('names', '../harmless.git')
    const repository = await TestRepository.create(served, 'names')
    await repository.sh(`sed -i 's#submodule "sub"#submodule "../../../../escaped"#' .gitmodules`)
    await repository.commit()
    await fetch(`${server.url}/names.git`).catch(() => undefined)
    expect(readdirSync(folder.path)).not.toContain('escaped')
  })
})

describe('nothing of the repository or of this machine is configuration', () => {
  it('no hook runs, and filters that .gitattributes names do not', async () => {
    const repository = await TestRepository.create(served, 'attributes')
    await repository.commit({ '.gitattributes': '* filter=evil diff=evil\n', f: 'f\n', '.gitconfig': 'x' })
    const home = join(folder.path, 'home')
    const hook = `#!/bin/sh\ntouch ${touched}\n`
    mkdirSync(join(home, 'templates/hooks'), { recursive: true })
    writeFileSync(join(home, 'templates/hooks/post-checkout'), hook, { mode: 0o755 })
    writeFileSync(
      join(home, '.gitconfig'),
      `[init]\n templateDir = ${home}/templates\n[core]\n hooksPath = ${home}/templates/hooks\n fsmonitor = touch ${touched}\n[filter "evil"]\n smudge = touch ${touched}; cat\n`,
    )
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, GIT_TEMPLATE_DIR: `${home}/templates` }
    const tree = await fetch(`${server.url}/attributes.git?keep-git-dir`, { env })
    expect(readFileSync(join(tree.directory, 'f'), 'utf8')).toBe('f\n')
    expect(existsSync(touched)).toBe(false)
    expect(readdirSync(join(tree.directory, '.git'))).not.toContain('hooks')
  })
  it('variables of a repository that the caller is in do not count', async () => {
    const env = { ...process.env, GIT_DIR: '/nonexistent', GIT_WORK_TREE: '/nonexistent', GIT_SSH_COMMAND: 'false' }
    const tree = await fetch(`${server.url}/attributes.git`, { env })
    expect(readdirSync(tree.directory)).toContain('f')
  })
  it('nothing is asked on a terminal, and no other program is asked', async () => {
    const askpass = join(folder.path, 'askpass')
    writeFileSync(askpass, `#!/bin/sh\ntouch ${touched}\necho x\n`, { mode: 0o755 })
    await using closed = await serveGitHttp(served, { authorization: 'Basic nobody' })
    const env = { ...process.env, GIT_ASKPASS: askpass, SSH_ASKPASS: askpass, DISPLAY: ':0' }
    await expect(fetch(`${closed.url}/attributes.git`, { env })).rejects.toMatchObject({ code: 'SOURCE_FETCH_FAILED' })
    expect(existsSync(touched)).toBe(false)
  })
})

describe('links', () => {
  it('a file behind a link of the repository is not written through', async () => {
    const repository = await TestRepository.create(served, 'links')
    const outside = join(folder.path, 'outside')
    mkdirSync(outside)
    // Two entries of one name but for its case, and one below a link, put together by hand.
    await repository.sh(`
      blob=$(echo evil | git hash-object -w --stdin)
      link=$(printf '%s' ${outside} | git hash-object -w --stdin)
      below=$(printf '100644 blob %s\\tevil\\n' $blob | git mktree)
      tree=$(printf '120000 blob %s\\tlink\\n040000 tree %s\\tlink\\n' $link $below | git mktree --missing)
      git update-ref refs/heads/main $(git commit-tree -m evil $tree)
    `)
    await fetch(`${server.url}/links.git`).catch(() => undefined)
    expect(readdirSync(outside)).toEqual([])
  })
  it.each(['.git', '.GIT', 'git~1', '..'])('a tree with %s in it writes no repository', async name => {
    const repository = await TestRepository.create(served, 'dotgit')
    await repository.sh(`
      blob=$(printf '[core]\\n fsmonitor = touch ${touched}\\n' | git hash-object -w --stdin)
      below=$(printf '100644 blob %s\\tconfig\\n' $blob | git mktree)
      tree=$(printf '040000 tree %s\\t${name}\\n' $below | git mktree)
      git update-ref refs/heads/main $(git commit-tree -m evil $tree)
    `)
    const fetched = await fetch(`${server.url}/dotgit.git?keep-git-dir`).catch(() => undefined)
    expect(existsSync(touched)).toBe(false)
    if (fetched) expect(readFileSync(join(fetched.directory, '.git/config'), 'utf8')).not.toContain('touch')
  })
})

describe('passwords and tokens', () => {
  const user = `basic ${Buffer.from('me:s3cret').toString('base64')}`
  const token = `basic ${Buffer.from('x-access-token:s3cret').toString('base64')}`
  const withUser = (url: string): string => url.replace('http://', 'http://me:s3cret@')

  it.each<[string, string, Record<string, string>, string]>([
    ['of the address', 'me:s3cret@', {}, user],
    ['GIT_AUTH_TOKEN', '', { GIT_AUTH_TOKEN: 's3cret\n' }, token],
    ['GIT_AUTH_HEADER', '', { GIT_AUTH_HEADER: 'bearer s3cret' }, 'bearer s3cret'],
    [
      'the host’s own before the general',
      '',
      { GIT_AUTH_TOKEN: 'no', 'GIT_AUTH_HEADER.HOST': 'bearer s3cret' },
      'bearer s3cret',
    ],
    ['a secret before the address', 'me:no@', { GIT_AUTH_TOKEN: 's3cret' }, token],
  ])('%s', async (_, who, secrets, authorization) => {
    await using closed = await serveGitHttp(served, { authorization })
    const host = closed.url.replace('http://', '')
    const secret = (id: string): string | undefined => secrets[id.replace(host, 'HOST')]
    const tree = await fetch(`http://${who}${host}/attributes.git?keep-git-dir`, { secret })
    expect(closed.seen.every(request => request.authorization === authorization)).toBe(true)
    const kept = readdirSync(tree.directory, { recursive: true, withFileTypes: true }).filter(each => each.isFile())
    for (const file of kept)
      expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toMatch(/s3cret|authorization/i)
  })

  it('are in no error', async () => {
    await using closed = await serveGitHttp(served, { authorization: 'Basic other' })
    const failed = await fetch(`${withUser(closed.url)}/attributes.git`).catch((error: unknown) => error)
    const { message, hint, facts, cause } = failed as Error & { hint: string; facts: object }
    expect(JSON.stringify([message, hint, facts, String(cause)])).not.toContain('s3cret')
    const missing = await fetch(`${withUser(server.url)}/attributes.git#nope`).catch((error: unknown) => String(error))
    expect(missing).toContain('nope')
    expect(missing).not.toContain('s3cret')
  })

  it('go to no other server that the first redirects to', async () => {
    await using other = await serveGitHttp(served)
    await using closed = await serveGitHttp(served, {
      intercept: (request, response) => {
        response.writeHead(301, { location: `${other.url}${request.url}` }).end()
        return true
      },
    })
    await expect(fetch(`${withUser(closed.url)}/attributes.git`)).rejects.toMatchObject({ code: 'SOURCE_FETCH_FAILED' })
    expect(other.seen).toEqual([])
    await fetch(`${closed.url}/attributes.git`)
    expect(other.seen.length).toBeGreaterThan(0)
  })

  it('go to no other repository that a submodule names', async () => {
    await using other = await serveGitHttp(served)
    await withSubmodule('elsewhere', `${other.url}/harmless.git`)
    await using closed = await serveGitHttp(served, { authorization: user })
    await fetch(`${withUser(closed.url)}/elsewhere.git`)
    expect(other.seen.length).toBeGreaterThan(0)
    expect(other.seen.every(({ authorization }) => authorization === undefined)).toBe(true)
  })

  it('a secret with a line break is no header', async () => {
    const failed = fetch(`${server.url}/attributes.git`, { secret: () => 'a\nX-Other: b' })
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_FETCH_FAILED' })
  })
})

describe('ssh', () => {
  /** Stands for ssh: notes how it was called, and runs what it is asked to run. */
  function fakeSsh(): { env: Record<string, string | undefined>; called: string } {
    const bin = join(folder.path, 'bin')
    const called = join(folder.path, 'called')
    mkdirSync(bin, { recursive: true })
    writeFileSync(
      join(bin, 'ssh'),
      `#!/bin/bash\necho "$SSH_AUTH_SOCK | $*" >> ${called}\ncmd="\${@: -1}"\ncd ${served} && GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' exec bash -c "$cmd"\n`,
      { mode: 0o755 },
    )
    return { env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` }, called }
  }

  it('the agent’s socket is given on, the user’s keys and configuration are not used', async () => {
    const { env, called } = fakeSsh()
    const options = { env, sshSocket: '/tmp/agent.sock', knownHosts: '/home/a b/known_hosts' }
    const tree = await fetch('git@host.example:attributes.git', options)
    expect(readdirSync(tree.directory)).toContain('f')
    const lines = readFileSync(called, 'utf8').trim().split('\n')
    for (const line of lines) {
      expect(line).toContain('/tmp/agent.sock | -F /dev/null')
      expect(line).toContain('BatchMode=yes')
      expect(line).toContain('IdentityFile=none')
      expect(line).toContain('UserKnownHostsFile=/dev/null "/home/a b/known_hosts"')
      expect(line).toContain('git@host.example git-upload-pack')
    }
  })
  it('without an agent it is an error that says so', async () => {
    await expect(fetch('ssh://git@host.example/r.git')).rejects.toMatchObject({
      code: 'SOURCE_FETCH_FAILED',
      hint: expect.stringContaining('--ssh default'),
    })
  })
})
