import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeText, toFsPath } from '../base/text.ts'
import { fileSystemKind } from './file-system.ts'
import {
  assertLinux,
  fileSystemOf,
  getXattr,
  linkAt,
  listXattrs,
  MS_NODEV,
  makeNode,
  mount,
  openBeneath,
  openInRoot,
  removeXattr,
  renameExchange,
  renameNoReplace,
  setTimes,
  setXattr,
  splitDevice,
  syncFileSystem,
  systemErrorName,
  unmount,
} from './index.ts'

const isRoot = process.getuid?.() === 0
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tare-host-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function errnoOfCall(call: () => unknown): string | undefined {
  try {
    call()
  } catch (error) {
    return systemErrorName(error)
  }
  return 'no error'
}

describe('paths', () => {
  it('with a NUL are refused, not cut short', () => {
    writeFileSync(join(dir, 'a'), '')
    expect(() => getXattr(join(dir, 'a\0b'), 'user.x')).toThrow(expect.objectContaining({ code: 'HOST_INVALID_PATH' }))
    expect(() => getXattr(join(dir, 'a'), 'user.x\0y')).toThrow(expect.objectContaining({ code: 'HOST_INVALID_PATH' }))
  })

  it('may hold any other byte', () => {
    const name = decodeText(Buffer.of(0x61, 0xff, 0xc3))
    makeNode(join(dir, name), 'fifo', 0o600)
    expect(readdirSync(dir, { encoding: 'buffer' })).toEqual([Buffer.of(0x61, 0xff, 0xc3)])
    setTimes(join(dir, name), 5, 7)
    expect(lstatSync(toFsPath(join(dir, name)), { bigint: true }).mtimeNs).toBe(5_000_000_007n)
  })
})

describe('times', () => {
  it.each([
    [0, 0],
    [-1, 0],
    [1_700_000_000, 0],
    [1_700_000_000, 123_456_789],
    [-86_400, 1],
    [5_000_000_000, 0],
  ])('are set exactly: %i s %i ns', (seconds, nanoseconds) => {
    writeFileSync(join(dir, 'file'), '')
    setTimes(join(dir, 'file'), seconds, nanoseconds)
    expect(lstatSync(join(dir, 'file'), { bigint: true }).mtimeNs).toBe(
      BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds),
    )
  })

  it.each([0, 9])('of a symlink are its own: %i ns', nanoseconds => {
    writeFileSync(join(dir, 'file'), '')
    setTimes(join(dir, 'file'), 1)
    symlinkSync('file', join(dir, 'link'))
    setTimes(join(dir, 'link'), 77, nanoseconds)
    expect(lstatSync(join(dir, 'link')).mtimeMs).toBeCloseTo(77_000, 3)
    expect(lstatSync(join(dir, 'file')).mtimeMs).toBe(1000)
  })

  it('of nothing are an error with its errno', () => {
    for (const ns of [0, 1]) expect(errnoOfCall(() => setTimes(join(dir, 'gone'), 1, ns))).toBe('ENOENT')
  })
})

describe('extended attributes', () => {
  it('hold bytes, are listed, replaced and removed', () => {
    const file = join(dir, 'file')
    writeFileSync(file, '')
    expect(getXattr(file, 'user.none')).toBeUndefined()
    setXattr(file, 'user.bytes', Uint8Array.of(0, 255, 10))
    setXattr(file, 'user.empty', new Uint8Array())
    expect(
      listXattrs(file)
        .filter(name => name.startsWith('user.'))
        .sort(),
    ).toEqual(['user.bytes', 'user.empty'])
    expect([...(getXattr(file, 'user.bytes') ?? [])]).toEqual([0, 255, 10])
    expect(getXattr(file, 'user.empty')).toHaveLength(0)
    removeXattr(file, 'user.bytes')
    removeXattr(file, 'user.bytes')
    expect(getXattr(file, 'user.bytes')).toBeUndefined()
  })

  it.skipIf(!isRoot)('may be larger than a page, and a symlink has its own (needs root)', () => {
    mount({ source: 'tmpfs', target: dir, type: 'tmpfs' })
    try {
      symlinkSync('gone', join(dir, 'link'))
      setXattr(join(dir, 'link'), 'trusted.large', Buffer.alloc(20_000, 7))
      expect(getXattr(join(dir, 'link'), 'trusted.large')).toEqual(Buffer.alloc(20_000, 7))
      expect(listXattrs(join(dir, 'link'))).toContain('trusted.large')
    } finally {
      unmount(dir)
    }
  })

  it('of nothing are an error with its errno', () => {
    expect(errnoOfCall(() => listXattrs(join(dir, 'gone')))).toBe('ENOENT')
    expect(errnoOfCall(() => removeXattr(join(dir, 'gone'), 'user.x'))).toBe('ENOENT')
  })
})

describe('nodes', () => {
  it.skipIf(!isRoot)('are devices with large numbers too (needs root)', () => {
    for (const device of [
      [1, 3],
      [259, 1_048_575],
      [4095, 256],
    ] as const) {
      const path = join(dir, `device-${device[0]}`)
      makeNode(path, 'char', 0o600, device)
      expect(lstatSync(path).isCharacterDevice()).toBe(true)
      expect(splitDevice(lstatSync(path, { bigint: true }).rdev)).toEqual([...device])
    }
  })

  it('replace nothing', () => {
    writeFileSync(join(dir, 'file'), 'kept')
    expect(errnoOfCall(() => makeNode(join(dir, 'file'), 'fifo', 0o600))).toBe('EEXIST')
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('kept')
  })
})

describe('names', () => {
  beforeEach(() => {
    writeFileSync(join(dir, 'a'), 'a')
    writeFileSync(join(dir, 'b'), 'b')
  })

  it('are not replaced where that was asked for', () => {
    expect(errnoOfCall(() => renameNoReplace(join(dir, 'a'), join(dir, 'b')))).toBe('EEXIST')
    renameNoReplace(join(dir, 'a'), join(dir, 'c'))
    expect(readdirSync(dir)).toEqual(['b', 'c'])
  })

  it('change places', () => {
    renameExchange(join(dir, 'a'), join(dir, 'b'))
    expect(readFileSync(join(dir, 'a'), 'utf8') + readFileSync(join(dir, 'b'), 'utf8')).toBe('ba')
  })

  it('are linked below open directories, symlinks as themselves', () => {
    symlinkSync('a', join(dir, 'link'))
    const dirFd = openSync(dir, 'r')
    linkAt({ dirFd, path: 'link' }, { dirFd, path: 'second' })
    linkAt({ dirFd, path: 'link' }, { dirFd, path: 'followed' }, { follow: true })
    closeSync(dirFd)
    expect(readlinkSync(join(dir, 'second'))).toBe('a')
    expect(lstatSync(join(dir, 'a')).nlink).toBe(2)
  })
})

describe('opening inside a root', () => {
  let root: number
  beforeEach(() => {
    mkdirSync(join(dir, 'root/etc'), { recursive: true })
    writeFileSync(join(dir, 'root/etc/name'), 'inside')
    writeFileSync(join(dir, 'name'), 'outside')
    symlinkSync('/etc/name', join(dir, 'root/absolute'))
    symlinkSync('../../../name', join(dir, 'root/climbing'))
    root = openSync(join(dir, 'root'), constants.O_RDONLY | constants.O_DIRECTORY)
  })
  afterEach(() => closeSync(root))

  it('keeps absolute symlinks and .. inside', () => {
    const fd = openInRoot(root, '/absolute')
    expect(readFileSync(fd, 'utf8')).toBe('inside')
    closeSync(fd)
    expect(errnoOfCall(() => openInRoot(root, 'climbing'))).toBe('ENOENT')
  })

  it('refuses what leads out of a directory', () => {
    expect(errnoOfCall(() => openBeneath(root, 'absolute'))).toBe('EXDEV')
    expect(errnoOfCall(() => openBeneath(root, '../name'))).toBe('EXDEV')
    const fd = openBeneath(root, 'new', constants.O_WRONLY | constants.O_CREAT, 0o640)
    closeSync(fd)
    expect(lstatSync(join(dir, 'root/new')).mode & 0o777).toBe(0o640)
  })
})

describe('file systems', () => {
  it('are told apart', () => {
    expect(fileSystemOf('/proc')).toEqual({ name: '0x9fa0', network: false })
    expect(fileSystemOf(dir).network).toBe(false)
  })

  it.each([
    [0x6969, 'nfs'],
    [0xff534d42 | 0, 'cifs'],
    [0x01021997, '9p'],
    [0x65735546, 'fuse'],
  ])('of the network are known: %i is %s', (magic, name) => {
    expect(fileSystemKind(magic)).toEqual({ name, network: true })
  })

  it('are made durable', async () => {
    const fd = openSync(dir, 'r')
    await syncFileSystem(fd)
    closeSync(fd)
    await expect(syncFileSystem(-1)).rejects.toMatchObject({ facts: { errno: 'EBADF' } })
  })

  it.skipIf(!isRoot)('are mounted and unmounted (needs root)', () => {
    mount({ source: 'tmpfs', target: dir, type: 'tmpfs', flags: MS_NODEV, data: 'size=1m' })
    expect(fileSystemOf(dir).name).toBe('tmpfs')
    unmount(dir, { detach: true })
    expect(fileSystemOf(dir).name).not.toBe('tmpfs')
    expect(errnoOfCall(() => mount({ source: 'x', target: dir, type: 'no-such-fs' }))).toBe('ENODEV')
  })
})

it('loading the room does not load koffi', () => {
  const code = `await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    process.stdout.write(String((await import('node:fs')).readFileSync('/proc/self/maps', 'utf8').includes('koffi')))`
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })).toBe('false')
})

it.each([
  ['darwin', 'arm64'],
  ['win32', 'x64'],
  ['linux', 'riscv64'],
])('on %s %s a Linux call is one clear error', (platform, arch) => {
  const real = { platform: process.platform, arch: process.arch }
  try {
    Object.defineProperties(process, { platform: { value: platform }, arch: { value: arch } })
    expect(() => assertLinux()).toThrow(
      expect.objectContaining({ code: 'HOST_UNSUPPORTED', message: expect.stringContaining(`${platform} on ${arch}`) }),
    )
  } finally {
    Object.defineProperties(process, { platform: { value: real.platform }, arch: { value: real.arch } })
  }
})
