import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CommandResult } from '../../scripts/command.ts'
import { serve } from '../../src/testkit/http-server.ts'
import { type GitServer, serveGitDaemon, serveGitHttp, TestRepository } from '../support/git-server.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe.skipIf(process.getuid?.() !== 0)('ADD of what is fetched (needs root)', () => {
  const folder = tempFolder()
  const served = join(folder.path, 'served')
  const context = join(folder.path, 'context')
  let repository: TestRepository
  let store: TestStore
  let commit: string

  beforeAll(async () => {
    mkdirSync(context)
    repository = await TestRepository.create(served, 'r')
    commit = await repository.commit({ 'file.txt': 'first\n', 'sub/s.txt': 's\n' })
    await repository.git('tag', 'v1')
  })
  afterAll(() => folder[Symbol.dispose]())
  beforeEach(() => {
    store?.[Symbol.dispose]()
    store = openTestStore()
  })
  afterAll(() => store?.[Symbol.dispose]())

  function build(dockerfile: string, ...flags: string[]): Promise<CommandResult> {
    const args = ['build', '--progress', 'plain', '-t', 'result', ...flags, '-f', '-', context]
    return store.tare(args, { input: `FROM scratch\n${dockerfile}\n`, env: { NO_PROXY: '', http_proxy: '' } })
  }

  /** What a file of the image holds, in each of its layers. */
  async function contentOf(path: string): Promise<string> {
    const to = join(folder.path, 'saved')
    rmSync(to, { recursive: true, force: true })
    mkdirSync(to)
    await store.tare(['save', '-o', join(to, 'image.tar'), 'result'])
    execFileSync('tar', ['-C', to, '-xf', join(to, 'image.tar')])
    const [manifest] = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8')) as { Layers: string[] }[]
    return (manifest?.Layers ?? []).map(layer => untar(join(to, layer), path)).join('')
  }

  function untar(tar: string, path: string): string {
    const there = execFileSync('tar', ['-tf', tar], { encoding: 'utf8' }).split('\n').includes(path)
    return there ? execFileSync('tar', ['-xOf', tar, path], { encoding: 'utf8' }) : ''
  }

  /** Nothing of the store, the database and the ingest folder included, holds the text. */
  function expectNowhere(text: string, ...said: CommandResult[]): void {
    for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain(text)
    const found = execFileSync('bash', ['-c', `grep -rlaF -- ${text} ${store.root} || true`], { encoding: 'utf8' })
    expect(found).toBe('')
  }

  describe('Git', () => {
    const fetched = (server: GitServer): number =>
      server.seen.filter(({ path }) => path.endsWith('/git-upload-pack')).length

    it('a commit is fetched once; a branch that moves on is fetched again', async () => {
      await using server = await serveGitHttp(served)
      const dockerfile = `ADD ${server.url}/r.git /x`
      expect(await build(dockerfile)).toMatchObject({ code: 0 })
      expect(await contentOf('x/file.txt')).toBe('first\n')
      const packs = fetched(server)
      const again = await build(dockerfile)
      expect(again.stderr).toContain('CACHED')
      // One to list the refs.
      expect(fetched(server)).toBe(packs + 1)
      await repository.commit({ 'file.txt': 'second\n' })
      expect(await build(dockerfile)).toMatchObject({ code: 0 })
      expect(await contentOf('x/file.txt')).toBe('second\n')
    })

    it('what is pinned by a hash is built again without its server', async () => {
      const server = await serveGitHttp(served)
      const pinned = [`ADD ${server.url}/r.git#${commit} /x`, `ADD --checksum=${commit} ${server.url}/r.git#v1 /y`]
      expect(await build(pinned.join('\n'))).toMatchObject({ code: 0 })
      await server[Symbol.asyncDispose]()
      const again = await build(pinned.join('\n'))
      expect(again).toMatchObject({ code: 0 })
      expect(again.stderr.match(/CACHED/g)).toHaveLength(2)
    })

    it('a wrong pin is an error at its line, in no build a result', async () => {
      await using server = await serveGitHttp(served)
      const wrong = commit.replace(/.$/, last => (last === '0' ? '1' : '0'))
      for (const dockerfile of [
        `ADD --checksum=${wrong} ${server.url}/r.git#v1 /x`,
        `ADD ${server.url}/r.git#${wrong} /x`,
      ]) {
        const failed = await build(dockerfile)
        expect(failed.code).toBe(1)
        expect(failed.stderr).toMatch(/^ +2 \| >>> ADD/m)
        expect((await build(dockerfile)).code).toBe(1)
      }
    })

    it('a token by --secret opens a private repository, and is nowhere after', async () => {
      const secret = 'c4nary-token-of-mine'
      const authorization = `basic ${Buffer.from(`x-access-token:${secret}`).toString('base64')}`
      await using server = await serveGitHttp(served, { authorization })
      const dockerfile = `ADD --keep-git-dir ${server.url}/r.git#v1 /x`
      const refused = await build(dockerfile)
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--secret id=GIT_AUTH_TOKEN') })
      writeFileSync(join(folder.path, 'token'), `${secret}\n`)
      const built = await build(dockerfile, '--secret', `id=GIT_AUTH_TOKEN,src=${join(folder.path, 'token')}`)
      expect(built).toMatchObject({ code: 0 })
      expect(await contentOf('x/.git/config')).toContain(`url = ${server.url}/r.git`)
      expectNowhere(secret, refused, built)
      expectNowhere(Buffer.from(`x-access-token:${secret}`).toString('base64'))
    })

    it('a password in the address is in no output, history or store', async () => {
      const secret = 'c4nary-password'
      const authorization = `basic ${Buffer.from(`me:${secret}`).toString('base64')}`
      await using server = await serveGitHttp(served, { authorization })
      const url = `${server.url.replace('//', `//me:${secret}@`)}/r.git`
      const built = await build(`ADD --keep-git-dir ${url}#v1 /x`)
      expect(built).toMatchObject({ code: 0 })
      const history = await store.tare(['history', '--no-trunc', 'result'])
      expect(history.stdout).toContain('xxxxx@127.0.0.1')
      const failed = await build('ARG URL\nADD $URL#nope /x', '--build-arg', `URL=${url}`)
      expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('has no branch or tag nope') })
      expectNowhere(secret, built, history, failed)
    })

    it('through ssh, with the agent of --ssh', async () => {
      const bin = join(folder.path, 'bin')
      mkdirSync(bin, { recursive: true })
      // Stands for ssh: asks the agent for its keys, and runs what it is asked to run.
      const script = `#!/bin/bash\nexport GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'\nssh-add -l >&2 || exit 9\ncd ${served} && exec bash -c "\${@: -1}"\n`
      writeFileSync(join(bin, 'ssh'), script, { mode: 0o755 })
      const key = join(folder.path, 'key')
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
      const args = ['build', '-t', 'result', '--ssh', `default=${key}`, '-f', '-', context]
      const env = { PATH: `${bin}:${process.env['PATH']}` }
      const built = await store.tare(args, { input: 'FROM scratch\nADD git@host.example:r.git#v1 /x\n', env })
      expect(built).toMatchObject({ code: 0 })
      expect(await contentOf('x/file.txt')).toBe('first\n')
      const without = await build('ADD git@host.example:r.git /x')
      expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('--ssh default') })
    })

    it('over git’s own protocol, its files excluded, owned and put where they are to be', async () => {
      await using server = await serveGitDaemon(served)
      expect(await build(`WORKDIR /w\nADD --chown=5:6 --exclude=file.txt ${server.url}/r.git#v1 here`)).toMatchObject({
        code: 0,
      })
      expect(await contentOf('w/here/sub/s.txt')).toBe('s\n')
    })

    it('what is fetched is gone with the build, and nothing is left of one that is killed', async () => {
      await using server = await serveGitHttp(served)
      await build(`ADD ${server.url}/r.git#v1 /x`)
      const rest = (): string => execFileSync('bash', ['-c', `ls ${store.root}/ingest`], { encoding: 'utf8' })
      expect(rest()).toBe('')
      const stop = new AbortController()
      await using hanging = await serveGitHttp(served, {
        intercept: () => {
          stop.abort()
          return true
        },
      })
      const killed = store.tare(['build', '-f', '-', context], {
        input: `FROM scratch\nADD ${hanging.url}/r.git#v1 /x\n`,
        signal: stop.signal,
      })
      await expect(killed).rejects.toThrow(/abort/i)
      await build(`ADD ${server.url}/r.git#v1 /x`)
      expect(rest()).toBe('')
    })
  })

  describe('HTTP', () => {
    it('a file with an ETag is not downloaded again until it is another', async () => {
      let version = 1
      await using server = await serve((request, response) => {
        const etag = `"${version}"`
        if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
        else response.writeHead(200, { etag }).end(`version ${version}\n`)
      })
      const dockerfile = `ADD ${server.url}/f /x`
      expect(await build(dockerfile)).toMatchObject({ code: 0 })
      expect((await build(dockerfile)).stderr).toContain('CACHED')
      expect(server.seen.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"1"'])
      version = 2
      await build(dockerfile)
      expect(await contentOf('x')).toBe('version 2\n')
      // Wanted by another step, it is fetched after all, and has to be what the server said it was.
      await build(`ADD ${server.url}/f /y`)
      expect(await contentOf('y')).toBe('version 2\n')
    })

    it('one with a checksum is asked for once', async () => {
      await using server = await serve((_, response) => void response.end('hello'))
      const sum = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
      for (const _ of [1, 2]) expect(await build(`ADD --checksum=${sum} ${server.url}/f /x`)).toMatchObject({ code: 0 })
      expect(server.seen).toHaveLength(1)
    })

    it.each(['environment', 'build argument'])('a proxy by %s is used', async how => {
      await using proxy = await serve((_, response) => void response.writeHead(500).end())
      const tunnels: string[] = []
      proxy.onConnect((name, socket) => {
        tunnels.push(name)
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      })
      const flags = how === 'environment' ? [] : ['--build-arg', `http_proxy=${proxy.url}`]
      const env = how === 'environment' ? { HTTP_PROXY: proxy.url } : {}
      const input = 'FROM scratch\nADD http://h.invalid/f /x\n'
      const built = await store.tare(['build', ...flags, '-f', '-', context], { input, env })
      expect(built.code).toBe(1)
      expect(tunnels).toEqual(['h.invalid:80'])
    })

    it('a password in the address is in no output, history or store', async () => {
      const secret = 'c4nary-password'
      await using server = await serve((_, response) => void response.writeHead(200, { etag: '"1"' }).end('hello'))
      const url = `${server.url.replace('//', `//me:${secret}@`)}/f`
      const built = await build(`ADD ${url} /x`)
      expect(built).toMatchObject({ code: 0 })
      expect(server.seen[0]?.headers['authorization']).toMatch(/^Basic /)
      expectNowhere(secret, built, await store.tare(['history', '--no-trunc', 'result']))
    })
  })
})
