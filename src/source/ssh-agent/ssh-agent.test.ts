import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { AgentMessages, framed, type SshAgent } from '../../base/ssh-agent-protocol.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { agentOfKeys } from './key-agent.ts'
import { agentAtSocket } from './socket-agent.ts'

const temp = new TempDir()
afterAll(() => temp[Symbol.dispose]())

const installed = (() => {
  try {
    execFileSync('ssh-keygen', ['-?'], { stdio: 'ignore' })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
  return true
})()

function makeKey(name: string, ...options: string[]): string {
  const path = join(temp.path, name)
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', name, '-f', path, ...options])
  return path
}

/** An agent that OpenSSH's own programs talk to. */
async function serve(agent: SshAgent, path: string): Promise<Server> {
  const server = createServer(async client => {
    const messages = new AgentMessages()
    using session = await agent.open()
    for await (const chunk of client)
      for (const message of messages.push(chunk)) client.write(framed(await session.ask(message)))
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return server
}

function run(program: string, args: readonly string[], socket: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  import('node:child_process').then(({ execFile }) =>
    execFile(program, args, { env: { ...process.env, SSH_AUTH_SOCK: socket } }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout + stderr),
    ),
  )
  return promise
}

describe.skipIf(!installed)(`an agent of key files${installed ? '' : ' (ssh-keygen is not installed)'}`, () => {
  it.each([
    ['ed25519', ['-t', 'ed25519']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['rsa-pem', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['rsa-pkcs8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
    ['ecdsa-256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa-384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa-521', ['-t', 'ecdsa', '-b', '521']],
    ['ecdsa-pem', ['-t', 'ecdsa', '-b', '256', '-m', 'PEM']],
  ])('signs with %s as OpenSSH verifies it', async (name, options) => {
    const key = makeKey(name, ...options)
    const socket = join(temp.path, `${name}.sock`)
    const server = await serve(agentOfKeys([key]), socket)
    try {
      const publicKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
      expect(await run('ssh-add', ['-L'], socket)).toContain(publicKey)
      // ssh-add -T asks the agent to sign, and verifies.
      await run('ssh-add', ['-T', `${key}.pub`], socket)
    } finally {
      server.close()
    }
  })

  it('that are locked, and what is no key, are refused without a byte of them', () => {
    const locked = join(temp.path, 'locked')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'passphrase', '-f', locked])
    expect(() => agentOfKeys([locked])).toThrow('locked: it needs a passphrase')
    const lockedPem = join(temp.path, 'locked-pem')
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-m', 'PEM', '-N', 'passphrase', '-f', lockedPem])
    expect(() => agentOfKeys([lockedPem])).toThrow('locked-pem: it needs a passphrase')
    const none = join(temp.path, 'none')
    writeFileSync(none, 'my password is hunter2')
    expect(() => agentOfKeys([none])).toThrow(/none: it is not a private key$/)
    const cut = join(temp.path, 'cut')
    const whole = readFileSync(makeKey('whole', '-t', 'ed25519'), 'utf8').split('\n')
    writeFileSync(cut, [...whole.slice(0, 3), ...whole.slice(-2)].join('\n'))
    expect(() => agentOfKeys([cut])).toThrow('cut: it is not a private key')
  })

  it('answers nonsense with a refusal', async () => {
    using session = await agentOfKeys([makeKey('sane', '-t', 'ed25519')]).open()
    for (const message of [[], [13], [13, 255, 255, 255, 255], [13, 0, 0, 0, 1, 9], [99]])
      expect([...(await session.ask(Uint8Array.from(message)))]).toEqual([5])
  })
})

describe('an agent at a socket', () => {
  it('is asked one question after the other, and one that ends is told of', async () => {
    const path = join(temp.path, 'echo.sock')
    const server = createServer(client => {
      const messages = new AgentMessages()
      client.on('data', chunk => {
        for (const message of messages.push(chunk))
          if (message[0] === 9) client.destroy()
          else client.write(framed(Buffer.from([message[0]!, 1])))
      })
    })
    await new Promise<void>(resolve => server.listen(path, resolve))
    const session = await agentAtSocket(path).open()
    const answers = await Promise.all([1, 2, 3].map(n => session.ask(Uint8Array.of(n))))
    expect(answers.map(answer => [...answer])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ])
    await expect(session.ask(Uint8Array.of(9))).rejects.toThrow('closed the connection')
    server.close()
  })

  it('that is not there is an error', async () => {
    await expect(agentAtSocket(join(temp.path, 'nowhere')).open()).rejects.toThrow('ENOENT')
  })

  it('cannot make a message grow without end', () => {
    expect(() => new AgentMessages().push(Buffer.from([0x7f, 0xff, 0xff, 0xff]))).toThrow('expected a message of')
  })
})
