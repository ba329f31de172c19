import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandResult, runOrThrow } from '../../scripts/command.ts'
import { installPrograms } from '../../scripts/debian-programs.ts'
import { tareProgram } from '../../scripts/tare.ts'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import { writeContext } from '../support/context.ts'
import { filesHolding } from '../support/secret-traces.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Random, so that no other file can hold them; in more forms than one, as a program may change them. */
const FILE_SECRET = 'fs-4b9c21e07d55a8f3\nsecond-line-77e1c0'
const ENV_SECRET = 'es-a8c1f6643b0e92dd'
const TRACES = [FILE_SECRET, ...FILE_SECRET.split('\n'), ENV_SECRET].flatMap(value => [
  value,
  Buffer.from(value).toString('base64').replace(/=*$/, ''),
  Buffer.from(value).toString('hex'),
])

const DOCKERFILE = `FROM busybox
ARG TOKEN=none
ENV PLAIN=plain
RUN --mount=type=secret,id=file --mount=type=secret,id=env,env=TOKEN --mount=type=secret,id=env,target=/root/.token,mode=0444 \\
  [ "$(tail -n1 /run/secrets/file)" = "$(cat /expected-last)" ] || exit 9; [ "$TOKEN" = "$(cat /root/.token)" ] && echo used > /used
RUN [ ! -e /run/secrets ] && [ ! -e /root/.token ] && [ "$TOKEN" = none ]
`

describe.each(['crun', 'runc', 'built-in'])('secrets in the sandbox %s', sandbox => {
  let store: TestStore
  const folder = tempFolder()
  const source = join(folder.path, 'secret')
  const flags = ['--secret', `id=file,src=${source}`, '--secret', 'id=env,env=BUILD_TOKEN']

  beforeAll(async () => {
    store = openTestStore({ TARE_SANDBOX: sandbox, BUILD_TOKEN: ENV_SECRET })
    await buildBusybox(store)
    writeFileSync(source, `${FILE_SECRET}\n`)
  })
  afterAll(() => {
    store[Symbol.dispose]()
    folder[Symbol.dispose]()
  })

  const build = (dockerfile: string, more: readonly string[] = []): Promise<CommandResult> =>
    buildContext(store, { Dockerfile: dockerfile }, [...flags, ...more])

  const expectNoTrace = async (...texts: readonly string[]): Promise<void> => {
    for (const text of texts) for (const trace of TRACES) expect(text).not.toContain(trace)
    expect(await filesHolding(store.root, TRACES)).toEqual([])
  }

  it('are there for their step, and leave nothing: not in a layer, config, history, record, log or archive', async () => {
    const last = FILE_SECRET.split('\n').at(-1)
    const hash = (await runOrThrow('sh', ['-c', `printf %s '${last}' | sha256sum`])).stdout.slice(0, 64)
    const dockerfile = DOCKERFILE.replace('$(cat /expected-last)', hash).replace(
      '$(tail -n1 /run/secrets/file)',
      '$(tail -n1 /run/secrets/file | tr -d "\\n" | sha256sum | cut -c1-64)',
    )
    const built = await build(dockerfile, ['-t', 'secret', '--json'])
    expect(built.code, built.stderr).toBe(0)
    const archive = join(folder.path, 'secret.tar')
    await store.tare(['save', '-o', archive, 'secret'])
    const unpacked = join(folder.path, 'unpacked')
    mkdirSync(unpacked)
    execFileSync('tar', ['-C', unpacked, '-xf', archive])
    expect(await filesHolding(unpacked, TRACES)).toEqual([])
    const seen = await Promise.all([
      store.tare(['history', '--no-trunc', 'secret']),
      store.tare(['inspect', 'secret']),
      store.tare(['run', '--rm', 'secret', 'sh', '-c', 'cat /used; env; find / -xdev -name "*token*"']),
    ])
    expect(seen[2].stdout).toContain('used\n')
    await expectNoTrace(built.stdout, built.stderr, ...seen.flatMap(({ stdout, stderr }) => [stdout, stderr]))
  })

  it('are not in what a failing step leaves, nor in its error', async () => {
    const printed = 'cat /run/secrets/file; echo "got $TOKEN" >&2; echo $TOKEN > /tmp/kept; exit 3'
    const built = await build(
      `FROM busybox\nRUN --mount=type=secret,id=file --mount=type=secret,id=env,env=TOKEN ${printed}\n`,
      ['--json'],
    )
    expect(built.code).not.toBe(0)
    expect(built.stderr).toContain('got ****')
    await expectNoTrace(built.stdout, built.stderr)
  })

  it('are not in what a killed build leaves', async () => {
    using context = tempFolder()
    const dockerfile = `FROM busybox
RUN --mount=type=secret,id=file --mount=type=secret,id=env,env=TOKEN --mount=type=cache,target=/c echo started; sleep 300
`
    writeContext(context.path, { Dockerfile: dockerfile })
    const child = spawn(tareProgram(), ['build', '--progress', 'plain', ...flags, context.path], {
      env: { ...process.env, ...store.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await saying(child, 'started')
    await expectNoTrace()
    for (const args of childArguments()) for (const trace of TRACES) expect(args).not.toContain(trace)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    await expectNoTrace()
    expect((await store.tare(['images'])).code).toBe(0)
    await expectNoTrace()
  })

  it('that are missing fail the step that requires them, with its line', async () => {
    const built = await build('FROM busybox\nRUN --mount=type=secret,id=nope,required true\n')
    expect(built.code).not.toBe(0)
    expect(built.stderr).toContain('mounting secret nope: the build was not given it')
    expect(built.stderr).toMatch(/>>> RUN --mount=type=secret,id=nope,required true/)
  })

  it('change nothing about what is cached', async () => {
    const dockerfile = 'FROM busybox\nRUN --mount=type=secret,id=file head -c 1 /run/secrets/file > /first\n'
    const cached = /^#(\d+) .*head -c 1.*\n#\1 CACHED$/m
    expect((await build(dockerfile)).stderr).not.toMatch(cached)
    writeFileSync(source, 'another value')
    expect((await build(dockerfile)).stderr).toMatch(cached)
    writeFileSync(source, `${FILE_SECRET}\n`)
  })
})

/** Command lines of every process of the machine, which every user of it can read. */
function childArguments(): string[] {
  return execFileSync('ps', ['-eo', 'args', '-ww'], { encoding: 'utf8' }).split('\n')
}

async function saying(child: ChildProcess, text: string): Promise<void> {
  let said = ''
  for await (const chunk of child.stderr!) {
    said += String(chunk)
    if (new RegExp(`^#\\d+ [\\d.]+ ${text}$`, 'm').test(said)) return
  }
  throw new Error(`expected ${text}, got ${said}`)
}

/** Programs of this machine with the libraries they need, to be bound into a root: no base here has a client of ssh. */
function programFiles(...programs: readonly string[]): Record<string, Uint8Array> {
  const libraries = programs.flatMap(program =>
    [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(
      match => match[1] as string,
    ),
  )
  return Object.fromEntries([...programs, ...libraries].map(path => [`root${path}`, readFileSync(path)]))
}

describe('an ssh agent', () => {
  let store: TestStore
  const folder = tempFolder()
  const key = join(folder.path, 'key')
  const socket = join(folder.path, 'agent')
  const environment = { ...process.env, SSH_AUTH_SOCK: socket }
  let agent: ChildProcess
  let keyLines: string[]

  beforeAll(async () => {
    store = openTestStore()
    await buildBusybox(store)
    await installPrograms({ 'ssh-add': 'openssh-client' }, () => undefined)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'of the test', '-f', key])
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(agent.stdout!, 'data')
    execFileSync('ssh-add', ['-q', key], { env: environment })
    keyLines = readFileSync(key, 'utf8').split('\n').slice(1, -2)
    const clients = programFiles('/usr/bin/ssh-add', '/usr/bin/ssh-keygen')
    const files = { ...clients, Dockerfile: 'FROM busybox\nCOPY --chmod=755 root /\n' }
    const built = await buildContext(store, files, ['-t', 'clients'])
    expect(built.code, built.stderr).toBe(0)
  }, 120_000)
  afterAll(() => {
    agent.kill()
    store[Symbol.dispose]()
    folder[Symbol.dispose]()
  })

  const run = (command: string, more: readonly string[], mount = '--mount=type=ssh'): Promise<CommandResult> =>
    buildContext(store, { Dockerfile: `FROM clients\nRUN ${mount} ${command}\n` }, ['--no-cache', ...more], {
      env: { SSH_AUTH_SOCK: socket },
    })

  it.each([
    ['the one of SSH_AUTH_SOCK', () => ['--ssh', 'default']],
    ['one at a socket', () => ['--ssh', `default=${socket}`]],
    ['one made of key files', () => ['--ssh', `default=${key}`]],
  ])('%s lists its keys and signs', async (_, flags) => {
    const sign =
      'ssh-add -L > /tmp/key.pub && echo data > /tmp/data && ssh-keygen -q -Y sign -f /tmp/key.pub -n test /tmp/data && ' +
      'echo "me $(cat /tmp/key.pub)" > /tmp/allowed && ssh-keygen -Y verify -f /tmp/allowed -I me -n test -s /tmp/data.sig < /tmp/data'
    const built = await run(sign, flags())
    expect(built.code, built.stderr).toBe(0)
    expect(built.stderr).toMatch(/Good "test" signature for me with ED25519 key/)
    expect(await filesHolding(store.root, keyLines)).toEqual([])
  })

  it('takes no key and gives up none', async () => {
    const built = await run('ssh-add -D; ssh-add -x </dev/null; ssh-add -l', ['--ssh', 'default'])
    expect(built.code, built.stderr).toBe(0)
    expect(built.stderr).toMatch(/Failed to remove all identities|agent refused operation/)
    expect(execFileSync('ssh-add', ['-l'], { env: environment, encoding: 'utf8' })).toContain('of the test')
  })

  it('is only for whom the mount lets in', async () => {
    const built = await run('su app -c "ssh-add -l"; stat -c "%a %u %g" $SSH_AUTH_SOCK', ['--ssh', 'default'])
    expect(built.stderr).toMatch(/Permission denied[\s\S]* 600 0 0/)
    const given = await run(
      'su app -c "SSH_AUTH_SOCK=/a/s ssh-add -l"',
      ['--ssh', 'default'],
      '--mount=type=ssh,target=/a/s,uid=10001',
    )
    expect(given.stderr).toMatch(/SHA256:\S+ of the test/)
  })

  it('that is missing fails the step that requires it', async () => {
    const built = await run('true', [], '--mount=type=ssh,required')
    expect(built.stderr).toContain('mounting ssh agent default: the build was not given it')
  })

  it('that has died refuses everything', async () => {
    const dead = join(folder.path, 'dead')
    const other = spawn('ssh-agent', ['-D', '-a', dead], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(other.stdout!, 'data')
    other.kill('SIGKILL')
    await once(other, 'exit')
    const built = await run('ssh-add -l || echo "ended with $?"', ['--ssh', `default=${dead}`])
    expect(built.code, built.stderr).toBe(0)
    expect(built.stderr).toMatch(/ ended with 1$/m)
  })

  it('leaves no socket behind', async () => {
    const built = await run('true', ['--ssh', 'default'])
    expect(built.code, built.stderr).toBe(0)
    expect((await store.tare(['check-store', '--deep'])).stdout).toBe('ok: nothing wrong\n')
  })

  it.each([
    [['--ssh', 'default=/nowhere'], 'invalid --ssh default: no such file or directory'],
    [['--ssh', `default=${import.meta.filename}`], 'it is not a private key'],
  ])('%s is refused before anything is built', async (flags, message) => {
    expect((await run('true', flags)).stderr).toContain(message)
  })
})
