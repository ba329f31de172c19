import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { errnoOf, messageOf, TareError } from '../base/error.ts'
import { systemErrorWords } from '../base/system-error.ts'
import { fileSystemOf } from '../host/index.ts'
import type { StoreErrorCode } from './error.ts'
import { type StorePaths, storePaths } from './paths.ts'
import type { StoreOptions } from './store.ts'

/** The store's directory: the one asked for, `$TARE_ROOT`, `/var/lib/tare` for root, `$XDG_DATA_HOME/tare`. */
export function findRoot({ root, env = process.env }: StoreOptions): string {
  const named = root || env['TARE_ROOT']
  if (named) return resolve(named)
  if (process.getuid?.() === 0) return '/var/lib/tare'
  return join(dataHome(env), 'tare')
}

/** XDG base directory specification: a relative value is as good as none. */
function dataHome(env: NonNullable<StoreOptions['env']>): string {
  const given = env['XDG_DATA_HOME']
  if (given && isAbsolute(given)) return given
  return join(env['HOME'] || homedir(), '.local', 'share')
}

/**
 * Makes what is missing of the store's directories, for their owner alone. Throws `STORE_NETWORK_FILE_SYSTEM`, where
 * locks reach one machine only, `STORE_UNREACHABLE`.
 */
export function prepareRoot(root: string): StorePaths {
  const paths = storePaths(root)
  try {
    assertLocal(root)
    for (const dir of [join(paths.blobs, 'sha256'), paths.snapshots, paths.ingest, paths.run])
      mkdirSync(dir, { recursive: true, mode: 0o700 })
    accessSync(root, constants.R_OK | constants.W_OK)
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    throw new TareError<StoreErrorCode>(
      'STORE_UNREACHABLE',
      `opening store ${root}: ${systemErrorWords(error) ?? messageOf(error)}`,
      {
        cause: error,
        facts: { path: root, errno: errnoOf(error) },
        hint: 'Point $TARE_ROOT to a directory that you may write to.',
      },
    )
  }
  return paths
}

function assertLocal(root: string): void {
  let existing = root
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing)
  const { name, network } = fileSystemOf(existing)
  if (!network) return
  throw new TareError<StoreErrorCode>(
    'STORE_NETWORK_FILE_SYSTEM',
    `opening store ${root}: it lies on a network file system (${name})`,
    {
      facts: { path: root, fileSystem: name },
      hint: 'Point $TARE_ROOT to a directory on a disk of this machine: locks and renames are not safe across machines.',
    },
  )
}
