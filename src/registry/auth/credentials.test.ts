import { existsSync } from 'node:fs'
import { lstat, readFile, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { logOut, saveLogin } from '../login.ts'
import { type TestHome, testHome } from '../test-home.fixture.ts'
import { findCredentials } from './credentials.ts'
import { serverHost } from './server-key.ts'

const basic = (username: string, password: string): object => ({ type: 'basic', username, password })
const auth = (text: string): object => ({ auth: Buffer.from(text).toString('base64') })

async function dockerConfig(home: TestHome, config: object): Promise<void> {
  await home.write('.docker/config.json', config)
}

describe('credentials', () => {
  it('are none without any file', async () => {
    await using home = await testHome()
    expect(await findCredentials(home.env, 'docker.io', 'library/alpine')).toBeUndefined()
  })
  it('of docker.io stand under its old URL', async () => {
    await using home = await testHome()
    await dockerConfig(home, { auths: { 'https://index.docker.io/v1/': auth('me:a:b') } })
    expect(await findCredentials(home.env, 'docker.io', 'x')).toEqual(basic('me', 'a:b'))
    expect(await findCredentials(home.env, 'quay.example', 'x')).toBeUndefined()
  })
  it.each(['r.example', 'https://r.example', 'https://r.example/v1/', 'http://r.example/v2', 'r.example/'])(
    'stand under %s',
    async key => {
      await using home = await testHome()
      await dockerConfig(home, { auths: { [key]: auth('me:pw') } })
      expect(await findCredentials(home.env, 'r.example', 'x/y')).toEqual(basic('me', 'pw'))
      expect(await findCredentials(home.env, 'r.example:5000', 'x/y')).toBeUndefined()
      expect(await findCredentials(home.env, 'sub.r.example', 'x/y')).toBeUndefined()
    },
  )
  it('are the ones of the longest path', async () => {
    await using home = await testHome()
    const auths = { 'r.example': auth('all:1'), 'r.example/team': auth('team:2'), 'r.example/team/app': auth('app:3') }
    await dockerConfig(home, { auths })
    expect(await findCredentials(home.env, 'r.example', 'team/app')).toEqual(basic('app', '3'))
    expect(await findCredentials(home.env, 'r.example', 'team/app2')).toEqual(basic('team', '2'))
    expect(await findCredentials(home.env, 'r.example', 'teams')).toEqual(basic('all', '1'))
  })
  it('come from $REGISTRY_AUTH_FILE first, then Docker, then containers', async () => {
    await using home = await testHome()
    home.env['XDG_RUNTIME_DIR'] = join(home.path, 'run')
    const entry = (name: string): object => ({ auths: { 'r.example': { username: name, password: 'pw' } } })
    await home.write('run/containers/auth.json', entry('runtime'))
    expect(await findCredentials(home.env, 'r.example', '')).toEqual(basic('runtime', 'pw'))
    await dockerConfig(home, entry('docker'))
    expect(await findCredentials(home.env, 'r.example', '')).toEqual(basic('docker', 'pw'))
    home.env['REGISTRY_AUTH_FILE'] = await home.write('named.json', entry('named'))
    expect(await findCredentials(home.env, 'r.example', '')).toEqual(basic('named', 'pw'))
  })
  it('may be an identity token', async () => {
    await using home = await testHome()
    await dockerConfig(home, { auths: { 'r.example': { ...auth('me:'), identitytoken: 'refresh' } } })
    expect(await findCredentials(home.env, 'r.example', '')).toEqual({ type: 'identity', token: 'refresh' })
  })
  it('never show in the error of a broken file', async () => {
    await using home = await testHome()
    await home.write('.docker/config.json', '{"auths":{"r.example":{"auth":"c2VjcmV0"}},')
    const error: Error = await findCredentials(home.env, 'r.example', '').then(
      () => new Error('found'),
      failure => failure,
    )
    expect(error).toMatchObject({
      code: 'REGISTRY_BAD_CONFIG',
      message: expect.stringContaining('config.json: not JSON'),
    })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('c2Vj')
  })
})

describe('credential helpers', () => {
  const helper = (home: TestHome, name: string, script: string): Promise<string> =>
    home.write(`docker-credential-${name}`, `#!/bin/sh\nread server\n${script}\n`)

  it('are asked before the file, each host its own', async () => {
    await using home = await testHome()
    await helper(home, 'one', `echo "{\\"Username\\":\\"one\\",\\"Secret\\":\\"$1 $server\\"}"`)
    await helper(home, 'all', `echo '{"Username":"<token>","Secret":"refresh"}'`)
    await dockerConfig(home, {
      credHelpers: { 'r.example': 'one' },
      credsStore: 'all',
      auths: { 'r.example': auth('x:y') },
    })
    expect(await findCredentials(home.env, 'r.example', 'a')).toEqual(basic('one', 'get r.example'))
    expect(await findCredentials(home.env, 'docker.io', 'a')).toEqual({ type: 'identity', token: 'refresh' })
  })
  it('that have nothing leave it to the file', async () => {
    await using home = await testHome()
    await helper(home, 'none', `echo 'credentials not found in native keychain'; exit 1`)
    await dockerConfig(home, { credsStore: 'none', auths: { 'r.example': auth('x:y') } })
    expect(await findCredentials(home.env, 'r.example', 'a')).toEqual(basic('x', 'y'))
    expect(await findCredentials(home.env, 'other.example', 'a')).toBeUndefined()
  })
  it.each([
    ['fail', 'echo secret; exit 3', 'exit code 3'],
    ['say nonsense', 'echo secret', 'its answer is not JSON'],
    ['never end', 'yes secret', 'endless output'],
  ])('that %s are an error without their output', async (_, script, message) => {
    await using home = await testHome()
    await helper(home, 'bad', script)
    await dockerConfig(home, { credsStore: 'bad' })
    const error: Error = await findCredentials(home.env, 'r.example', '').then(
      () => new Error('found'),
      failure => failure,
    )
    expect(error).toMatchObject({
      code: 'REGISTRY_CREDENTIAL_HELPER',
      message: `running docker-credential-bad get: ${message}`,
    })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret')
  })
  it('that hang can be left', async () => {
    await using home = await testHome()
    await helper(home, 'slow', 'exec sleep 1000')
    await dockerConfig(home, { credsStore: 'slow' })
    const stopping = new AbortController()
    const finding = findCredentials(home.env, 'r.example', '', stopping.signal)
    stopping.abort(new Error('enough'))
    await expect(finding).rejects.toThrow('enough')
  })
  it.each(['../../bin/sh', 'a b', '-x'])('must have a name: %s', async name => {
    await using home = await testHome()
    await dockerConfig(home, { credsStore: name })
    await expect(findCredentials(home.env, 'r.example', '')).rejects.toMatchObject({
      code: 'REGISTRY_CREDENTIAL_HELPER',
    })
  })
})

describe('logging in and out', () => {
  const login = { username: 'me', password: 'pw' }

  it('keeps what else is in the file, and its symlink', async () => {
    await using home = await testHome()
    const auths = { 'a.example': { auth: 'eDp5', email: 'x@y' } }
    const real = await home.write('real.json', { auths, proxies: { default: {} }, HttpHeaders: { 'X-A': 'b' } })
    await home.write('.docker/keep', '')
    await symlink(real, join(home.path, '.docker/config.json'))
    const done = await saveLogin(home.env, 'b.example', login)
    expect(done.warning).toContain('stored unencrypted')
    const after = JSON.parse(await readFile(real, 'utf8'))
    expect(after).toEqual({
      auths: { ...auths, 'b.example': auth('me:pw') },
      proxies: { default: {} },
      HttpHeaders: { 'X-A': 'b' },
    })
    expect((await lstat(join(home.path, '.docker/config.json'))).isSymbolicLink()).toBe(true)
    expect((await stat(real)).mode & 0o777).toBe(0o600)
  })
  it('uses the configured store', async () => {
    await using home = await testHome()
    await home.write('docker-credential-box', `#!/bin/sh\nread line\necho "$1 $line" >> "$HOME/box"\n`)
    await dockerConfig(home, { credsStore: 'box' })
    expect(await saveLogin(home.env, 'docker.io', login)).toEqual({
      server: 'https://index.docker.io/v1/',
      message: 'Login Succeeded',
      storedIn: 'docker-credential-box',
    })
    const file = join(home.path, '.docker/config.json')
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      credsStore: 'box',
      auths: { 'https://index.docker.io/v1/': {} },
    })
    expect(await logOut({ env: home.env }, undefined)).toMatchObject({ removed: true })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ credsStore: 'box', auths: {} })
    expect(await readFile(join(home.path, 'box'), 'utf8')).toBe(
      'store {"ServerURL":"https://index.docker.io/v1/","Username":"me","Secret":"pw"}\nerase https://index.docker.io/v1/\n',
    )
  })
  it('says when there is nothing to log out from, and writes nothing', async () => {
    await using home = await testHome()
    const result = await logOut({ env: home.env }, 'r.example')
    expect(result).toEqual({ server: 'r.example', removed: false, message: 'Not logged in to r.example' })
    expect(existsSync(join(home.path, '.docker'))).toBe(false)
  })
  it('knows a server by any of its names', () => {
    expect([undefined, '', 'docker.io', 'https://index.docker.io/v1/', 'registry-1.docker.io'].map(serverHost)).toEqual(
      Array.from({ length: 5 }, () => 'docker.io'),
    )
    expect(serverHost('https://r.example:5000/v2/')).toBe('r.example:5000')
  })
})
