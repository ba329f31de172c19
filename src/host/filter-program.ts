import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errnoOf, TareError } from '../base/error.ts'

/** What a filter says on standard error is kept up to here. */
const MAX_COMPLAINT = 4096

/**
 * Streams `input` through a program (`xz -dc`, `bzip2 -dc`). The program is gone when the iteration ends, whatever way.
 * Throws `HOST_FILTER_MISSING` when it is not installed and `HOST_FILTER_FAILED` when it fails.
 */
export async function* filterProgram(
  program: string,
  args: readonly string[],
  input: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
  env: Readonly<Record<string, string | undefined>> = { PATH: process.env['PATH'] },
): AsyncGenerator<Uint8Array> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
    ...(signal ? { signal } : {}),
  })
  const ended = once(child, 'close') as Promise<[number | null]>
  ended.catch(() => undefined)
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < MAX_COMPLAINT) complaint += chunk.toString()
  })
  const feeding = pipeline(Readable.from(input, { objectMode: false }), child.stdin).catch((error: unknown) => error)
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>
    const [code] = await ended
    if (code !== 0)
      throw new TareError('HOST_FILTER_FAILED', `running ${program}: ${complaint.trim() || `exit code ${code}`}`)
    const fault = await feeding
    if (fault !== undefined) throw fault
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    throw new TareError('HOST_FILTER_MISSING', `running ${program}: it is not installed`, {
      hint: `Install it (Debian: apt-get install ${program === 'xz' ? 'xz-utils' : program}).`,
      cause: error,
    })
  } finally {
    child.kill('SIGKILL')
  }
}
