import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tryLock, unlock, waitForLock } from './lock.ts'

let dir: string
let fd: number

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tare-lock-'))
  fd = openSync(join(dir, 'lock'), 'w')
})
afterEach(() => {
  closeSync(fd)
  rmSync(dir, { recursive: true })
})

/** A process that holds the lock until it is killed. */
async function holder(): Promise<ChildProcess> {
  const code = `import { openSync } from 'node:fs'
    import { tryLock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}
    console.log(tryLock(openSync(${JSON.stringify(join(dir, 'lock'))}, 'r+')))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout!, 'data')) as [Buffer]
  expect(said.toString()).toBe('true\n')
  return child
}

describe('a lock', () => {
  it('keeps others out within a process and is given back', () => {
    const second = openSync(join(dir, 'lock'), 'r+')
    expect(tryLock(fd)).toBe(true)
    expect(tryLock(second)).toBe(false)
    unlock(fd)
    expect(tryLock(second, 'shared')).toBe(true)
    expect(tryLock(fd, 'shared')).toBe(true)
    closeSync(second)
  })

  it('falls when its process is killed, and a waiter gets it', async () => {
    const child = await holder()
    expect(tryLock(fd)).toBe(false)
    const waiting = waitForLock(fd)
    child.kill('SIGKILL')
    await waiting
    const other = openSync(join(dir, 'lock'), 'r+')
    expect(tryLock(other)).toBe(false)
    closeSync(other)
  })

  it('is waited for no longer than the signal allows', async () => {
    const child = await holder()
    const abort = new AbortController()
    const waiting = waitForLock(fd, 'exclusive', abort.signal)
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    child.kill('SIGKILL')
    await once(child, 'close')
  })

  it('on a bad descriptor is an error', () => {
    expect(() => tryLock(-1)).toThrow(expect.objectContaining({ facts: expect.objectContaining({ errno: 'EBADF' }) }))
  })
})
