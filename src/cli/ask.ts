import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { CliIo } from './io.ts'

/** Asks on standard error and reads a line; undefined when the input ends. Ctrl-C is SIGINT, as everywhere. */
export async function ask(io: CliIo, question: string, { hidden = false } = {}): Promise<string | undefined> {
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() })
  // readline draws its line anew, question and all; of a hidden one it draws nothing.
  if (hidden) io.stderr.write(question)
  const terminal = io.stdin.isTTY === true
  const reader = createInterface({ input: io.stdin, output: hidden ? mute : io.stderr, terminal })
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  let answered = false
  const ended = new Promise<undefined>(resolve => reader.on('close', () => resolve(undefined)))
  try {
    const answer = await Promise.race([reader.question(hidden ? '' : question, { signal: io.interrupt.signal }), ended])
    answered = answer !== undefined
    return answer
  } finally {
    reader.close()
    if (terminal && (hidden || !answered)) io.stderr.write('\n')
  }
}
