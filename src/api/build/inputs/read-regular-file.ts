import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/**
 * A file that whoever made the folder may have prepared: a pipe would be waited for and a device read without end, and
 * nobody could interrupt it. Throws what node:fs throws, and an error that says so for what is no file.
 */
export function readRegularFile(path: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile() && !stat.isDirectory()) throw new Error('it is not a regular file')
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}
