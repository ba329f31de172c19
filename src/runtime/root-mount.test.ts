import { describe, expect, it } from 'vitest'
import { rootMount } from './root-mount.ts'

const directory = '/var/lib/tare/snapshots'
const overlay = (depth: number) => ({
  kind: 'overlay' as const,
  lower: Array.from({ length: depth }, (_, i) => `${directory}/${(1000 + i).toString(36)}/fs`),
  upper: `${directory}/zz/fs`,
  work: `${directory}/zz/work`,
})

describe('the mount of a root', () => {
  it('names overlay directories relative to the one they share, with explicit options', () => {
    const { cwd, fstab } = rootMount(overlay(2), '/r')
    // Kernels before 5.10 do not know `volatile`.
    expect({ cwd, fstab: fstab.replace(',volatile', '') }).toEqual({
      cwd: directory,
      fstab:
        'overlay /r overlay redirect_dir=off,metacopy=off,index=off,lowerdir=rs/fs:rt/fs,upperdir=zz/fs,workdir=zz/work,nodev 0 0\n',
    })
  })
  it('lets devices be opened only when it is told that none reaches the machine', () => {
    expect(rootMount(overlay(2), '/r', { devices: true }).fstab).not.toContain('nodev')
    expect(rootMount({ kind: 'directory', path: '/d' }, '/r').fstab).toBe('/d /r none bind,nodev 0 0\n')
  })
  it('fits 300 lower directories into a page', () => {
    expect(rootMount(overlay(300), '/r').fstab.length).toBeLessThan(4096)
  })
  it('says so when they do not fit', () => {
    expect(() => rootMount(overlay(900), '/r')).toThrow('900 layers do not fit')
  })
  it('survives odd characters in the path of the store', () => {
    const source = {
      kind: 'overlay' as const,
      lower: ['/a b,:\\/1/fs'],
      upper: '/a b,:\\/2/fs',
      work: '/a b,:\\/2/work',
    }
    const mounted = rootMount(source, '/a b/root')
    expect(mounted.cwd).toBe('/a b,:\\')
    expect(mounted.fstab).toContain('overlay /a\\040b/root overlay ')
    expect(mounted.fstab).toContain('lowerdir=1/fs,upperdir=2/fs')
  })
  it('refuses names that would be read as options', () => {
    const source = { kind: 'overlay' as const, lower: ['/s/1,x/fs'], upper: '/s/2/fs', work: '/s/2/work' }
    expect(() => rootMount(source, '/r')).toThrow('cannot stand in mount options')
  })
  it('is read-only without an upper directory', () => {
    const source = { kind: 'overlay' as const, lower: ['/s/1/fs', '/s/2/fs'] }
    expect(rootMount(source, '/r').fstab).toBe(
      'overlay /r overlay redirect_dir=off,metacopy=off,index=off,lowerdir=1/fs:2/fs,ro,nodev 0 0\n',
    )
  })
})
