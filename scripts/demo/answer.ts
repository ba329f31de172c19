import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { tareOrThrow, tareProgram } from '../tare.ts'

/** How a program shows that it works. */
export type Answer =
  /** It prints the text and ends; an empty command is the image's own. */
  | { readonly kind: 'prints'; readonly command: readonly string[]; readonly expected: RegExp }
  /** It answers GET of the path, on the port that $PORT names. */
  | { readonly kind: 'serves'; readonly path: string; readonly expected: RegExp }

const PATIENCE_MS = 30_000

type Environment = Readonly<Record<string, string>>

/** Runs the image with Tare and returns the line of its answer that was expected; throws when it does not come. */
export async function answerOf(image: string, answer: Answer, env: Environment): Promise<string> {
  const text =
    answer.kind === 'prints' ? await printed(image, answer.command, env) : await served(image, answer.path, env)
  const line = text.split('\n').find(each => answer.expected.test(each))
  if (line === undefined) throw new Error(`running ${image}: expected ${answer.expected}, got ${text.slice(0, 500)}`)
  return line.trim()
}

async function printed(image: string, command: readonly string[], env: Environment): Promise<string> {
  const { stdout, stderr } = await tareOrThrow(['run', '--rm', image, ...command], { env })
  return `${stdout}\n${stderr}`
}

/** Starts the server on the host's network, asks it once, and stops it. */
async function served(image: string, path: string, env: Environment): Promise<string> {
  const port = await freePort()
  const child = spawn(tareProgram(), ['run', '--rm', '--network', 'host', '-e', `PORT=${port}`, image], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (log += text))
  const stop = () => child.kill()
  process.on('exit', stop)
  const ended = once(child, 'exit')
  try {
    const early = ended.then(([code]) => Promise.reject(new Error(`running ${image}: ended with ${code}\n${log}`)))
    return await Promise.race([firstAnswer(`http://127.0.0.1:${port}${path}`), early])
  } finally {
    stop()
    await ended
    process.off('exit', stop)
  }
}

async function firstAnswer(url: string): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
      return await response.text()
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`asking ${url}: no answer for ${PATIENCE_MS / 1000} s`, { cause: error })
      await pause(50)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
