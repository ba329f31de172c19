import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from './index.ts'
import { findRoot } from './root.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tare-root-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe("the store's directory", () => {
  it('is the one asked for, $TARE_ROOT, or the one of the user', () => {
    expect(findRoot({ root: '/a', env: { TARE_ROOT: '/b' } })).toBe('/a')
    expect(findRoot({ env: { TARE_ROOT: '/b' } })).toBe('/b')
    const own = findRoot({ env: { XDG_DATA_HOME: '/data', HOME: '/home/me' } })
    expect(own).toBe(process.getuid?.() === 0 ? '/var/lib/tare' : '/data/tare')
  })

  it.skipIf(process.getuid?.() === 0)('ignores a relative $XDG_DATA_HOME (needs another user than root)', () => {
    expect(findRoot({ env: { XDG_DATA_HOME: 'data', HOME: '/home/me' } })).toBe('/home/me/.local/share/tare')
  })

  it("is made for its owner's eyes only", async () => {
    await using store = await openStore({ root: join(dir, 'new/store') })
    expect(statSync(store.root).mode & 0o777).toBe(0o700)
    expect(statSync(join(store.root, 'blobs')).mode & 0o777).toBe(0o700)
  })

  it('that cannot be made is a clear error', async () => {
    writeFileSync(join(dir, 'file'), '')
    await expect(openStore({ root: join(dir, 'file/store') })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      hint: expect.stringContaining('TARE_ROOT'),
    })
  })
})
