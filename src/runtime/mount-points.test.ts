import { lstatSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { diffLayer, type OverlayWriter, openOverlayWriter, openStackTree, upperCandidates } from '../layer/index.ts'
import { TempDir } from '../testkit/temp-dir.ts'
import { prepareMountPoints, removeStubs, STANDARD_MOUNT_POINTS } from './mount-points.ts'

const temp = new TempDir()
afterAll(() => temp[Symbol.dispose]())
let round = 0
let lowerDir: string
let upper: string
let writer: OverlayWriter

const open = (): void => {
  writer = openOverlayWriter({ upper, lower: openStackTree([lowerDir]) })
  const { mode, uid, gid, mtime } = openStackTree([lowerDir]).lstat('/')!
  writer.setMeta('/', { mode, uid, gid, mtime })
}
const diff = async (): Promise<string[]> => {
  const lower = openStackTree([lowerDir])
  const entries = await diffLayer({ lower, tree: writer, candidates: upperCandidates(upper, lower) })
  return entries.map(entry => `${entry.kind} ${entry.path}`)
}

beforeEach(() => {
  round++
  lowerDir = temp.dir(`lower${round}`)
  upper = temp.dir(`upper${round}`)
})

describe('mount points', () => {
  it('leave nothing behind on an empty root', async () => {
    open()
    const prepared = prepareMountPoints(writer, STANDARD_MOUNT_POINTS)
    expect(prepared.destinations).toEqual(['/proc', '/dev', '/sys', '/etc/resolv.conf', '/etc/hosts'])
    expect(writer.lstat('/etc/hosts')).toMatchObject({ type: 'file', size: 0 })
    removeStubs(writer, prepared)
    expect(await diff()).toEqual([])
  })
  it('leave nothing behind on a root that has its own directories, old ones', async () => {
    for (const name of ['proc', 'etc']) mkdirSync(`${lowerDir}/${name}`)
    utimesSync(`${lowerDir}/etc`, 1000, 1000)
    utimesSync(lowerDir, 2000, 2000)
    open()
    const prepared = prepareMountPoints(writer, STANDARD_MOUNT_POINTS)
    expect(prepared.stubs.map(stub => stub.path)).toEqual(['/dev', '/sys', '/etc/resolv.conf', '/etc/hosts'])
    removeStubs(writer, prepared)
    expect(await diff()).toEqual([])
    expect(lstatSync(upper).mtimeMs).toBe(2_000_000)
  })
  it('keep what the run wrote beside and into stubs', async () => {
    open()
    const prepared = prepareMountPoints(writer, STANDARD_MOUNT_POINTS)
    writeFileSync(`${upper}/etc/own`, 'x')
    writeFileSync(`${upper}/etc/hosts`, 'replaced')
    mkdirSync(`${upper}/dev/sub`)
    writer.refresh()
    removeStubs(writer, prepared)
    expect(await diff()).toEqual(['node /dev', 'node /dev/sub', 'node /etc', 'node /etc/hosts', 'node /etc/own'])
  })
  it('keep the time that the run gave to a directory', async () => {
    mkdirSync(`${lowerDir}/etc`)
    utimesSync(`${lowerDir}/etc`, 1000, 1000)
    open()
    const prepared = prepareMountPoints(writer, STANDARD_MOUNT_POINTS)
    utimesSync(`${upper}/etc`, 5000, 5000)
    removeStubs(writer, prepared)
    expect(writer.lstat('/etc')?.mtime).toBe(5000)
  })
  it('follow symlinks inside the root, never out of it', () => {
    mkdirSync(`${lowerDir}/etc`)
    symlinkSync('../../../../run/deep/resolv.conf', `${lowerDir}/etc/resolv.conf`)
    symlinkSync('/etc', `${lowerDir}/dev`)
    open()
    const prepared = prepareMountPoints(writer, STANDARD_MOUNT_POINTS)
    expect(prepared.destinations).toEqual(['/proc', '/etc', '/sys', '/run/deep/resolv.conf', '/etc/hosts'])
    removeStubs(writer, prepared)
    expect(writer.lstat('/run')).toBeUndefined()
  })
  it('stop at symlinks that go round in circles', () => {
    symlinkSync('dev', `${lowerDir}/dev`)
    open()
    expect(() => prepareMountPoints(writer, STANDARD_MOUNT_POINTS)).toThrow('too many levels of symbolic links')
  })
  it('stop where something else is in the way', () => {
    writeFileSync(`${lowerDir}/proc`, '')
    open()
    expect(() => prepareMountPoints(writer, STANDARD_MOUNT_POINTS)).toThrow('making mount point /proc: not a directory')
  })
})
