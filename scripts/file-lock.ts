import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Waits for an exclusive flock on `file` and holds it until disposed, or until this process ends: the lock lives in a
 * child that ends when its standard input closes. (Node itself has no flock.)
 */
export async function lockFile(file: string, onWait: () => void): Promise<AsyncDisposable> {
  mkdirSync(dirname(file), { recursive: true })
  const child = spawn('flock', [file, 'sh', '-c', 'echo locked; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = setTimeout(onWait, 500)
  const ended = once(child, 'exit')
  const locked = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)])
  clearTimeout(waiting)
  if (!locked) throw new Error(`locking ${file}: flock ended with ${child.exitCode}`)
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
