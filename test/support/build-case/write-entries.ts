import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runOrThrow } from '../../../scripts/command.ts'
import { tempFolder } from '../temp-folder.ts'
import { type Entry, NotRunnable, type TarData } from './case.ts'

/** Writes a case's files into a folder. */
export async function writeEntries(folder: string, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) await writeEntry(join(folder, entry.path), entry)
}

async function writeEntry(path: string, entry: Entry): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  switch (entry.op) {
    case 'dir':
      mkdirSync(path, { recursive: true })
      return chmodSync(path, entry.mode & 0o7777)
    case 'symlink':
      return symlinkSync(entry.target, path)
    case 'socket':
      return leaveSocket(path)
    case 'file':
      writeFileSync(path, await fileData(entry.data))
      return chmodSync(path, entry.mode & 0o7777)
  }
}

/** A socket that nobody listens on: a process that is killed leaves its socket's file behind. */
function leaveSocket(path: string): void {
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script, path])
}

async function fileData(data: Extract<Entry, { op: 'file' }>['data']): Promise<string | Uint8Array> {
  if (typeof data === 'string') return data
  if ('tar' in data) return makeTar(data)
  throw new NotRunnable('its Dockerfile is made by code that was not carried over')
}

async function makeTar({ tar }: TarData): Promise<Uint8Array> {
  using folder = tempFolder()
  for (const member of tar) {
    if (member.type !== 'symlink') throw new NotRunnable(`its archive has a member of type ${member.type}`)
    symlinkSync(member.link!, join(folder.path, member.name))
  }
  const archive = `${folder.path}.tar`
  await runOrThrow('tar', [
    '-C',
    folder.path,
    '--owner=0',
    '--group=0',
    '-cf',
    archive,
    ...tar.map(member => member.name),
  ])
  const bytes = readFileSync(archive)
  rmSync(archive)
  return bytes
}
