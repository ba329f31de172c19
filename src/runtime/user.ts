import { TareError } from '../base/error.ts'
import type { RuntimeErrorCode } from './error.ts'

/** What a process runs as. */
export interface UserIds {
  readonly uid: number
  readonly gid: number
  readonly additionalGids: readonly number[]
  /** The home directory of the passwd entry, `/` when there is none: what HOME defaults to. */
  readonly home: string
}

interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

interface GroupEntry {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** `readFile` gives the text of a file inside the root, undefined when it is absent. */
export type ReadFileInRoot = (path: string) => string | undefined

/** Ids above this are refused, as the kernel's -1 and runc's limit demand. */
const MAX_ID = 2 ** 31 - 1

/**
 * USER in Docker's meaning: `name`, `uid`, `name:group`, `uid:gid` and mixtures; undefined or empty is root. An entry of
 * /etc/passwd is looked for by name first, by number then; without a group part the entry's own group and the groups
 * that list the user as a member count, with one they do not. Throws `SANDBOX_UNKNOWN_USER`.
 */
export function lookupUser(readFile: ReadFileInRoot, user: string | undefined): UserIds {
  const [userPart = '', groupPart] = splitUser(user ?? '')
  const entry = findUser(readFile, userPart || '0')
  if (groupPart) return { ...entry, gid: findGroup(readFile, groupPart), additionalGids: [] }
  return { ...entry, additionalGids: supplementaryGroups(readFile, entry) }
}

function splitUser(user: string): [string, string | undefined] {
  const colon = user.indexOf(':')
  return colon < 0 ? [user, undefined] : [user.slice(0, colon), user.slice(colon + 1)]
}

function findUser(readFile: ReadFileInRoot, wanted: string): PasswdEntry {
  const entries = parsePasswd(readFile('/etc/passwd') ?? '')
  const number = parseId(wanted)
  const found = entries.find(entry => entry.name === wanted) ?? entries.find(entry => entry.uid === number)
  if (found) return found
  if (number !== undefined) return { name: '', uid: number, gid: 0, home: '/' }
  throw unknown(`unable to find user ${wanted}: no matching entries in passwd file`, wanted)
}

function findGroup(readFile: ReadFileInRoot, wanted: string): number {
  const found = parseGroup(readFile('/etc/group') ?? '').find(group => group.name === wanted)
  const gid = found?.gid ?? parseId(wanted)
  if (gid !== undefined) return gid
  throw unknown(`unable to find group ${wanted}: no matching entries in group file`, wanted)
}

function supplementaryGroups(readFile: ReadFileInRoot, entry: PasswdEntry): number[] {
  if (!entry.name) return []
  const groups = parseGroup(readFile('/etc/group') ?? '').filter(group => group.members.includes(entry.name))
  return [...new Set(groups.map(group => group.gid))].filter(gid => gid !== entry.gid)
}

function parsePasswd(text: string): PasswdEntry[] {
  return rows(text).flatMap(([name = '', , uid, gid, , home]) => {
    const ids = [parseId(uid), parseId(gid)] as const
    return name && ids[0] !== undefined && ids[1] !== undefined
      ? [{ name, uid: ids[0], gid: ids[1], home: home || '/' }]
      : []
  })
}

function parseGroup(text: string): GroupEntry[] {
  return rows(text).flatMap(([name = '', , id, members = '']) => {
    const gid = parseId(id)
    return name && gid !== undefined ? [{ name, gid, members: members.split(',').map(member => member.trim()) }] : []
  })
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line && !line.startsWith('#'))
    .map(line => line.split(':'))
}

function parseId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined
  const id = Number(text)
  return id <= MAX_ID ? id : undefined
}

function unknown(message: string, wanted: string): TareError<RuntimeErrorCode> {
  return new TareError<RuntimeErrorCode>('SANDBOX_UNKNOWN_USER', message, { facts: { wanted } })
}
