import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A statically linked busybox of this machine (Debian: busybox-static). */
export function findBusybox(): string | undefined {
  return ['/bin/busybox', '/usr/bin/busybox'].find(path => existsSync(path) && isStatic(path))
}

/** An ELF program (64 bit, little-endian) that names no loader: elf(5), PT_INTERP. */
function isStatic(path: string): boolean {
  const elf = readFileSync(path)
  const [table, entrySize, entries] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)]
  return !Array.from({ length: entries }, (_, i) => elf.readUInt32LE(table + i * entrySize)).includes(PT_INTERP)
}

const PT_INTERP = 3

/** Why tests that run programs in a root of their own cannot run here; undefined when they can. */
export function noRuns(): string | undefined {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return 'needs root on Linux'
  return findBusybox() ? undefined : 'needs a static busybox'
}

/** Fills a directory with a root file system of busybox alone: no mount points, users root and app. */
export function makeBusyboxRoot(directory: string): void {
  const busybox = findBusybox()
  if (!busybox) throw new Error('no static busybox on this machine')
  for (const name of ['bin', 'etc', 'tmp']) mkdirSync(join(directory, name), { recursive: true, mode: 0o755 })
  copyFileSync(busybox, join(directory, 'bin/busybox'))
  for (const name of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n'))
    if (name && name !== 'busybox') symlinkSync('busybox', join(directory, 'bin', name))
  writeFileSync(join(directory, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n')
  writeFileSync(join(directory, 'etc/group'), 'root:x:0:\napp:x:1000:\nextra:x:2000:app\n')
}
