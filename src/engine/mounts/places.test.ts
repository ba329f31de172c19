import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDirectoryTree, openOverlayWriter, type TreeWriter } from '../../layer/index.ts'
import { removeStubs } from '../../runtime/index.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import type { MountSource } from './mount-source.ts'
import { placeMounts } from './places.ts'
import { tmpfsSource } from './tmpfs.ts'

let temp: TempDir
let root: TreeWriter

beforeEach(() => {
  temp = new TempDir()
  const lower = temp.dir('lower')
  mkdirSync(`${lower}/etc/ssl`, { recursive: true })
  mkdirSync(`${lower}/opt`, { mode: 0o700 })
  writeFileSync(`${lower}/etc/hosts`, '')
  symlinkSync('/etc/ssl', `${lower}/certs`)
  symlinkSync('../../../../nowhere', `${lower}/gone`)
  root = openOverlayWriter({ upper: temp.dir('upper'), lower: openDirectoryTree(lower) })
})
afterEach(() => temp[Symbol.dispose]())

const place = (sources: readonly MountSource[], pinsTargets = true): ReturnType<typeof placeMounts> =>
  placeMounts(root, sources, { pinsTargets })

/** A bind of a host directory or file. */
function bind(target: string, directory?: string, readOnly = true): MountSource {
  const tree = directory === undefined ? undefined : openDirectoryTree(directory)
  return {
    target,
    isFile: tree === undefined,
    tree: tree && { readOnly, lstat: path => tree.lstat(path), readlink: path => tree.readlink(path) },
    place: destination => ({ type: 'bind', source: directory ?? '/dev/null', destination, readOnly }),
  }
}

const tmpfs = (target: string): MountSource => tmpfsSource({ type: 'tmpfs', target, size: undefined, readOnly: false })

const destinations = (...sources: MountSource[]): string[] =>
  place(sources).mounts.map(({ destination }) => destination)

describe('mounts are placed', () => {
  it('where links in the root lead, and never out of it', () => {
    expect(destinations(bind('/certs/ca', temp.dir('a')), bind('/gone/x'), bind('/etc/hosts'))).toEqual([
      '/etc/ssl/ca',
      '/etc/hosts',
      '/nowhere/x',
    ])
  })

  it.each(['/proc', '/proc/self/attr', '/sys/fs', '/dev', '/'])('but not where a link leads to %s', end => {
    symlinkSync(end, `${temp.path}/lower/link`)
    expect(() => place([tmpfs('/link')])).toThrow(`a link leads to the sandbox's own ${end}`)
  })

  it('those below others after them, and equal ones in their order', () => {
    const src = temp.dir('src')
    mkdirSync(`${src}/a/b`, { recursive: true })
    const mounts = place([tmpfs('/src/a/b'), bind('/src', src), tmpfs('/src/a'), tmpfs('/src')]).mounts
    expect(mounts.map(({ destination, type }) => `${type} ${destination}`)).toEqual([
      'bind /src',
      'tmpfs /src',
      'tmpfs /src/a',
      'tmpfs /src/a/b',
    ])
  })

  it('where links in other mounts lead, from the root', () => {
    const src = temp.dir('src')
    symlinkSync('/opt', `${src}/out`)
    symlinkSync('/src/in', `${src}/own`)
    mkdirSync(`${src}/in`)
    expect(destinations(bind('/src', src), tmpfs('/src/out'), tmpfs('/src/own'))).toEqual(['/src', '/opt', '/src/in'])
  })

  it('on points that are gone without a trace afterwards', () => {
    const { points } = place([tmpfs('/new/deep/t'), bind('/etc/ssl/file'), tmpfs('/opt')])
    expect(root.lstat('/new/deep/t')?.mode).toBe(0o1777)
    expect(root.lstat('/etc/ssl/file')?.type).toBe('file')
    removeStubs(root, points)
    expect(root.readdir('/')).toEqual(['certs', 'etc', 'gone', 'opt'])
    expect(root.readdir('/etc/ssl')).toEqual([])
  })

  it('with a tmpfs as open as the directory that it covers, else for everybody', () => {
    const { mounts } = place([tmpfs('/opt'), tmpfs('/t')])
    expect(mounts).toMatchObject([{ mode: 0o700 }, { mode: 0o1777 }])
  })

  it('in /dev without touching that of the root', () => {
    expect(destinations(tmpfs('/dev/own'))).toEqual(['/dev/own'])
    expect(root.lstat('/dev')).toBeUndefined()
  })
})

describe('a mount that has no place', () => {
  it.each<[string, () => MountSource[], string, string?]>([
    [
      'is missing in a read-only mount',
      () => [bind('/src', temp.dir('a')), tmpfs('/src/x')],
      'no such file or directory',
      'give it rw',
    ],
    ['is a file there', () => [bind('/src', fileIn(temp.dir('a'))), tmpfs('/src/f')], 'not a directory'],
    ['is a directory there', () => [bind('/src', directoryIn(temp.dir('a'))), bind('/src/d')], 'is a directory'],
    ['lies below a file', () => [bind('/f'), tmpfs('/f/x')], 'no such file or directory'],
  ])('as it %s', (_, sources, cause, hint = '') => {
    const error = (() => {
      try {
        place(sources())
      } catch (thrown) {
        return thrown as Error & { code: string; hint?: string }
      }
      throw new Error('expected an error')
    })()
    expect(error.message).toContain(cause)
    expect(error.hint ?? '').toContain(hint)
    expect(error.code).toBe('ENGINE_BAD_MOUNT')
  })

  it('as the root has another kind of thing there', () => {
    expect(() => place([tmpfs('/etc/hosts')])).toThrow('not a directory')
    expect(() => place([bind('/opt')])).toThrow('is a directory')
  })

  it('as another RUN could put a link into the shared cache it lies in, in a sandbox that does not look again', () => {
    const cache = bind('/cache', temp.dir('cache'), false)
    const shared = { ...cache, tree: cache.tree && { ...cache.tree, shared: true } }
    expect(() => place([shared, tmpfs('/cache/x')], false)).toThrow('it lies in the shared cache mounted at /cache')
    expect(place([shared, tmpfs('/cache/x')], true).mounts).toHaveLength(2)
    expect(place([cache, tmpfs('/cache/x')], false).mounts).toHaveLength(2)
  })

  it('but can be made in a writable one', () => {
    const src = temp.dir('src')
    expect(destinations(bind('/src', src, false), tmpfs('/src/new/deep'))).toEqual(['/src', '/src/new/deep'])
    expect(readdirSync(src)).toEqual([])
  })
})

function fileIn(directory: string): string {
  writeFileSync(`${directory}/f`, '')
  return directory
}

function directoryIn(directory: string): string {
  mkdirSync(`${directory}/d`)
  return directory
}
