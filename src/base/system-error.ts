import { errnoOf, isTareError, messageOf, TareError } from './error.ts'
import { printable } from './source.ts'

/** Only a fault in Tare itself gives these. */
const FAULTS = new Set(['EBADF', 'EFAULT', 'EINVAL', 'ENOTSOCK'])

const VERBS: Readonly<Record<string, string>> = {
  chmod: 'changing the mode of',
  chown: 'changing the owner of',
  connect: 'connecting to',
  fsync: 'syncing',
  lchown: 'changing the owner of',
  link: 'linking',
  lstat: 'looking at',
  mkdir: 'making directory',
  mkdtemp: 'making directory',
  open: 'opening',
  read: 'reading',
  readlink: 'reading link',
  rename: 'renaming',
  rmdir: 'removing',
  scandir: 'listing',
  spawn: 'starting',
  stat: 'looking at',
  symlink: 'making link',
  unlink: 'removing',
  write: 'writing',
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'it exists already',
  EIO: 'the disk gave an error (I/O error)',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many open files on this machine',
  ENOENT: 'no such file or directory',
  ENOMEM: 'out of memory',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'the directory is not empty',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
}

/** A failed system call of Node's as users can read it; facts: errno, path. Undefined for anything else. */
export function systemError(error: unknown): TareError<'SYSTEM_ERROR'> | undefined {
  const errno = errnoOf(error)
  if (errno === undefined || isTareError(error) || FAULTS.has(errno)) return undefined
  const { syscall, path } = error as NodeJS.ErrnoException
  if (typeof syscall !== 'string') return undefined
  const verb = VERBS[syscall.split(' ')[0] ?? ''] ?? `calling ${syscall} for`
  const thing = path === undefined ? 'a file' : printable(String(path))
  return new TareError('SYSTEM_ERROR', `${verb} ${thing}: ${WORDS[errno] ?? messageOf(error)}`, {
    cause: error,
    facts: { errno, path },
  })
}

/** Why a system call failed, undefined for anything else. */
export function systemErrorWords(error: unknown): string | undefined {
  return WORDS[errnoOf(error) ?? '']
}
