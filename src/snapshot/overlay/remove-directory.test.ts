import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { TempDir } from '../../testkit/temp-dir.ts'
import { measureDirectory, removeDirectory } from './remove-directory.ts'

describe('removing a directory', () => {
  it('takes all in it, whatever its name, and follows no symlink', async () => {
    using temp = new TempDir()
    const tree = temp.dir('tree')
    const outside = temp.dir('outside')
    writeFileSync(`${outside}/kept`, 'kept')
    mkdirSync(`${tree}/a/b`, { recursive: true })
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/a/`), Buffer.of(0xff, 0xfe)]), 'not UTF-8')
    symlinkSync(outside, `${tree}/a/out`)
    writeFileSync(`${tree}/one`, Buffer.alloc(10_000, 1))
    linkSync(`${tree}/one`, `${tree}/two`)
    const measured = await measureDirectory(tree)
    expect(measured).toBeGreaterThanOrEqual(12_288)
    expect(measured).toBeLessThan(60_000)
    expect(await removeDirectory(tree)).toBeGreaterThanOrEqual(12_288)
    expect(existsSync(tree)).toBe(false)
    expect(readFileSync(`${outside}/kept`, 'utf8')).toBe('kept')
  })
  it('that is not there is fine', async () => {
    expect(await removeDirectory('/nonexistent/tare')).toBe(0)
  })
  it('lets others run in between', async () => {
    using temp = new TempDir()
    const tree = temp.dir('tree')
    for (let i = 0; i < 4000; i++) writeFileSync(`${tree}/${i}`, '')
    let turns = 0
    let removed = false
    const removing = removeDirectory(tree).then(() => (removed = true))
    for (; !removed; turns++) await setImmediate()
    await removing
    expect(turns).toBeGreaterThan(2)
  })
})
