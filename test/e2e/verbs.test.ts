import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runOrThrow } from '../../scripts/command.ts'
import { tareProgram } from '../../scripts/tare.ts'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import { writeContext } from '../support/context.ts'
import { assertNothingLeft } from '../support/leaks.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

const APP = {
  Dockerfile: `FROM busybox AS build
RUN echo made > /made
FROM busybox
LABEL who=me
ENV GREETING=hello
WORKDIR /app
COPY --from=build /made .
COPY --chown=app:app note .
EXPOSE 8080/tcp
USER app
ENTRYPOINT ["sh", "-c"]
CMD ["echo $GREETING; cat made note; id -un"]
`,
  note: 'a note\n',
}

describe('the everyday verbs', () => {
  let store: TestStore
  let registry: TestRegistry

  beforeAll(async () => {
    registry = await startTestRegistry()
    store = openTestStore(registry.env)
    await buildBusybox(store)
    const built = await buildContext(store, APP, ['-t', 'app', '-t', 'app:v1'])
    expect(built.code, built.stderr).toBe(0)
  })
  afterAll(async () => {
    store[Symbol.dispose]()
    await registry[Symbol.asyncDispose]()
  })

  const ok = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await store.tare(args)
    expect(code, stderr).toBe(0)
    return stdout
  }

  it("runs with the image's own command, and with another", async () => {
    expect(await ok('run', '--rm', 'app')).toBe('hello\nmade\na note\napp\n')
    expect(await ok('run', '-e', 'GREETING=ho', 'app', 'echo $GREETING $HOME; pwd')).toBe('ho /home/app\n/app\n')
    expect(await ok('run', '-u', '0', '-w', '/tmp', '--entrypoint', 'pwd', 'app')).toBe('/tmp\n')
  })

  it('hands standard input, mounts and env files on', async () => {
    using folder = tempFolder()
    writeContext(folder.path, { 'data/file': 'from the host\n', env: '# comment\nA=1\nB=two words\n' })
    const mounted = ['-v', `${folder.path}/data:/data:ro`, '--entrypoint', 'cat', 'app', '/data/file']
    expect(await ok('run', ...mounted)).toBe('from the host\n')
    const refused = await store.tare([
      'run',
      '-u',
      '0',
      '-v',
      `${folder.path}/data:/data:ro`,
      'app',
      'echo x > /data/file',
    ])
    expect(refused.stderr).toContain('Read-only file system')
    expect(await ok('run', '--env-file', join(folder.path, 'env'), 'app', 'echo $A $B')).toBe('1 two words\n')
    const echoed = await store.tare(['run', '-i', '--entrypoint', 'cat', 'app'], { input: 'through stdin\n' })
    expect(echoed.stdout).toBe('through stdin\n')
  })

  it('gives no network with --network none', async () => {
    expect((await ok('run', '--network', 'none', 'app', 'ls /sys/class/net')).trim()).toBe('lo')
  })

  it('lists as docker does', async () => {
    const table = await ok('images')
    expect(table).toMatch(/^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\n/)
    expect(table).toMatch(/\napp +latest +[0-9a-f]{12} +/)
    const rows = (await ok('image', 'ls', '--format', 'json'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    const row = rows.find(each => each.Repository === 'app' && each.Tag === 'v1')
    expect(row.Size).toBeGreaterThan(1_000_000)
    expect((await ok('images', '-q', 'app')).trim()).toMatch(/^[0-9a-f]{12}$/)
    expect(await ok('images', '--digests', 'app')).toContain('<none>')
  })

  it("inspects in docker's shape", async () => {
    const [image] = JSON.parse(await ok('image', 'inspect', 'app'))
    expect(image.RepoTags).toEqual(['app:latest', 'app:v1'])
    expect(image.Config).toMatchObject({
      User: 'app',
      WorkingDir: '/app',
      Cmd: ['echo $GREETING; cat made note; id -un'],
      Entrypoint: ['sh', '-c'],
      ExposedPorts: { '8080/tcp': {} },
      Labels: { who: 'me' },
    })
    expect(image.Size).toBe((await listedSize('app')).bytes)
    expect(await ok('inspect', '-f', '{{.Os}}/{{.Architecture}} {{index .RepoTags 0}}', 'app')).toBe(
      'linux/amd64 app:latest\n',
    )
  })

  async function listedSize(name: string): Promise<{ bytes: number }> {
    const [row] = (await ok('images', '--format', 'json', name)).trim().split('\n')
    return { bytes: JSON.parse(row as string).Size }
  }

  it('tells the history', async () => {
    const history = await ok('history', '--no-trunc', '--format', '{{.CreatedBy}}', 'app')
    expect(history.split('\n')[0]).toBe('CMD ["echo $GREETING; cat made note; id -un"]')
    expect(history).toContain('COPY /made . # buildkit\n')
  })

  it('tags and removes', async () => {
    await ok('tag', 'app', 'other:1')
    expect(await ok('rmi', 'other:1')).toBe('Untagged: other:1\n')
    const gone = await store.tare(['rmi', 'other:1'])
    expect(gone.code).toBe(1)
    expect(gone.stderr).toContain('other:1')
  })

  it('pushes to a registry and pulls again, sending nothing twice', async () => {
    const name = `${registry.host}/team/app:1`
    await ok('tag', 'app', name)
    const first = await store.tare(['push', name])
    expect(first.code, first.stderr).toBe(0)
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(first.stderr)?.[1]
    const second = await store.tare(['push', name])
    expect(second.stderr).not.toContain('pushing done')
    expect(second.stderr).toContain(digest)
    const remote = JSON.parse(
      (await runOrThrow('skopeo', ['inspect', '--tls-verify=false', `docker://${name}`])).stdout,
    )
    expect(remote.Digest).toBe(digest)
    using other = openTestStore(registry.env)
    const pulled = await other.tare(['pull', name])
    expect(pulled.code, pulled.stderr).toBe(0)
    expect((await other.tare(['run', name])).stdout).toBe('hello\nmade\na note\napp\n')
    expect((await other.tare(['images', '-q', '--no-trunc'])).stdout).toBe(
      await ok('images', '-q', '--no-trunc', 'app'),
    )
    expect((await other.tare(['check-store', '--deep'])).stdout).toBe('ok: nothing wrong\n')
  })

  it.each(['docker-archive', 'oci-archive'])('saves as %s and loads the same image again', async format => {
    using folder = tempFolder()
    const file = join(folder.path, 'app.tar')
    await ok('save', '--format', format, '-o', file, 'app')
    using other = openTestStore()
    const loaded = await other.tare(['load', '-i', file])
    expect(loaded.stdout).toBe('Loaded image: app:latest\n')
    expect((await other.tare(['run', 'app'])).stdout).toBe('hello\nmade\na note\napp\n')
    expect((await other.tare(['images', '-q', '--no-trunc'])).stdout).toBe(
      await ok('images', '-q', '--no-trunc', 'app'),
    )
  })

  it('imports a root file system', async () => {
    using folder = tempFolder()
    writeContext(folder.path, { 'root/etc/motd': 'hi\n' })
    await runOrThrow('tar', ['-C', join(folder.path, 'root'), '-czf', join(folder.path, 'root.tar.gz'), '.'])
    await ok('import', '-c', 'ENV A=b', '-c', 'CMD ["x"]', join(folder.path, 'root.tar.gz'), 'imported:1')
    const [image] = JSON.parse(await ok('inspect', 'imported:1'))
    expect(image.Config.Cmd).toEqual(['x'])
    expect(image.Config.Env).toContain('A=b')
    const { stderr, code } = await buildContext(store, {
      Dockerfile: 'FROM busybox\nCOPY --from=imported:1 /etc/motd /\nRUN cat /motd\n',
    })
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('hi')
  })

  it('writes the image ID where asked', async () => {
    using folder = tempFolder()
    const file = join(folder.path, 'iid')
    const quiet = await buildContext(store, APP, ['-q', '--iidfile', file])
    expect(quiet.stdout.trim()).toBe(readFileSync(file, 'utf8'))
    expect(quiet.stderr).toBe('')
  })

  it('is stopped by Ctrl-C with 130 and leaves nothing', async () => {
    using folder = tempFolder()
    writeContext(folder.path, { Dockerfile: 'FROM busybox\nRUN echo begun; sleep 300\n' })
    const child = spawn(tareProgram(), ['build', '--progress', 'plain', folder.path], {
      env: { ...process.env, ...store.env },
    })
    const ended = once(child, 'exit')
    for await (const chunk of child.stderr) if (String(chunk).includes('begun')) child.kill('SIGINT')
    expect((await ended)[0]).toBe(130)
    await assertNothingLeft(store.root)
  })

  it('logs in and out, and pushes with the credentials', async () => {
    await using guarded = await startTestRegistry({ user: { name: 'me', password: 'secret' } })
    const name = `${guarded.host}/app`
    await ok('tag', 'app', name)
    const refused = await store.tare(['push', name])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/denied|unauthorized|login/i)
    const wrong = await store.tare(['login', '-u', 'me', '--password-stdin', guarded.host], { input: 'nonsense' })
    expect(wrong.code).toBe(1)
    const login = await store.tare(['login', '-u', 'me', '--password-stdin', guarded.host], { input: 'secret' })
    expect(login.stdout).toBe('Login Succeeded\n')
    await ok('push', name)
    await ok('logout', guarded.host)
    expect((await store.tare(['pull', name])).code).toBe(1)
  })

  it('completes verbs and flags in bash', async () => {
    using folder = tempFolder()
    const script = join(folder.path, 'completion')
    writeFileSync(script, await ok('completion', 'bash'))
    const complete = `source ${script}; COMP_WORDS=(tare build --no-); COMP_CWORD=2; _tare; echo "\${COMPREPLY[@]}"`
    expect((await runOrThrow('bash', ['-c', complete])).stdout).toBe('--no-cache --no-cache-filter\n')
    const group = `source ${script}; COMP_WORDS=(tare image l); COMP_CWORD=2; _tare; echo "\${COMPREPLY[@]}"`
    expect((await runOrThrow('bash', ['-c', group])).stdout).toBe('ls list load\n')
  })

  it('reads an --env-file itself: the Node under it does not', async () => {
    using folder = tempFolder()
    const file = join(folder.path, 'env')
    writeFileSync(file, 'A=from file\nTARE_ROOT=elsewhere\n')
    expect(await ok('run', '--env-file', file, '--entrypoint', '/bin/sh', 'app', '-c', 'echo $A')).toBe('from file\n')
    const missing = await store.tare(['run', '--env-file', `${file}2`, 'app'])
    expect([missing.code, missing.stderr]).toEqual([125, `ERROR: opening ${file}2: no such file or directory\n`])
  })

  it('ends with the exit codes of docker where the command line is wrong', async () => {
    const code = async (...args: string[]) => (await store.tare(args, { input: '' })).code
    for (const args of [['tag', 'a'], ['rmi'], ['run'], ['build'], ['images', 'a', 'b'], ['save']])
      expect([args, await code(...args)]).toEqual([args, 1])
    for (const args of [
      ['images', '--nope'],
      ['run', '-p', '80:80', 'app'],
      ['run', '-w', 'here', 'app'],
      ['build', '--secret', 'x', '.'],
    ])
      expect([args, await code(...args)]).toEqual([args, 125])
    expect([await code('image'), await code('rmi', '-f', 'nosuch'), await code('ps')]).toEqual([0, 0, 1])
  })

  it('says what is in force', async () => {
    const info = JSON.parse(await ok('info', '--json'))
    expect(info.snapshotter).toBe('overlay')
    expect(info.sandboxes.map((probe: { name: string }) => probe.name)).toContain('built-in')
    expect(existsSync(info.root)).toBe(true)
  })
})
