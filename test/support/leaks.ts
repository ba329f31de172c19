import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 10_000

/** Waits until nothing of a store is left running, mounted or half-written; throws a list of what is still there after 10 s. */
export async function assertNothingLeft(root: string, { files = true } = {}): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const left = leftovers(root, { files })
    if (left.length === 0) return
    if (Date.now() > deadline) throw new Error(`looking for what ${root} left behind: found\n  ${left.join('\n  ')}`)
    await pause(50)
  }
}

/** Processes and mounts (in every mount namespace) that name the store, and files in its ingest folder. */
export function leftovers(root: string, { files = true } = {}): string[] {
  const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
  const ingest = files ? list(join(root, 'ingest')).map(name => `file ingest/${name}`) : []
  return [...processes.flatMap(pid => namesStore(pid, root)), ...ingest]
}

function namesStore(pid: string, root: string): string[] {
  const found: string[] = []
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
  if (command.includes(root) || linkIn(pid, 'cwd', root) || linkIn(pid, 'root', root))
    found.push(`process ${pid} ${command}`)
  const mounts = read(`/proc/${pid}/mountinfo`)
    .split('\n')
    .filter(line => line.includes(root))
  if (mounts.length > 0) found.push(`process ${pid} sees mount ${mounts[0]}`)
  return found
}

function linkIn(pid: string, link: 'cwd' | 'root', root: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/${link}`).startsWith(root)
  } catch {
    return false
  }
}

/** A process may end while it is read. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
