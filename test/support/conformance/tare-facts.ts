import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installPrograms } from '../../../scripts/debian-programs.ts'
import type { TestStore } from '../store.ts'
import { BASES_FOLDER, type ConformanceCase, commandOf } from './case-file.ts'
import { type BuildFacts, imageFacts } from './image-facts.ts'

/** The time of everything in the corpus's bases. */
const BASE_TIME = '1234567890'

/** Names of the corpus's bases, in the order in which they are made. */
export function baseNames(): string[] {
  const files = readdirSync(BASES_FOLDER).filter(file => file.endsWith('.Dockerfile'))
  return files.sort().map(file => file.replace(/^\d+-(.*)\.Dockerfile$/, '$1'))
}

/** Builds the corpus's bases from Debian's static busybox; `folder` is empty and becomes the context. */
export async function buildBases(store: TestStore, folder: string): Promise<void> {
  await installPrograms({ '/bin/busybox': 'busybox-static', setfattr: 'attr', zstd: 'zstd', xz: 'xz-utils' }, () => {})
  mkdirSync(folder, { recursive: true })
  copyFileSync('/bin/busybox', join(folder, 'busybox'))
  for (const name of ['dev', 'proc', 'sys', 'etc']) mkdirSync(join(folder, 'mount-points', name), { recursive: true })
  for (const name of ['hosts', 'resolv.conf']) writeFileSync(join(folder, 'mount-points/etc', name), '')
  for (const file of readdirSync(BASES_FOLDER).sort()) {
    const name = file.replace(/^\d+-(.*)\.Dockerfile$/, '$1')
    const input = readFileSync(join(BASES_FOLDER, file))
    const args = ['build', '-q', '--build-arg', `SOURCE_DATE_EPOCH=${BASE_TIME}`, '-t', name, '-f', '-', folder]
    const built = await store.tare(args, { input, env: { SOURCE_DATE_EPOCH: BASE_TIME } })
    if (built.code !== 0) throw new Error(`building ${name}: ${built.stderr}`)
  }
}

/** Where a case is built: its context, and a file server's host. */
export interface BuildPlace {
  readonly context: string
  readonly host: string
  /** For what is made on the way. */
  readonly folder: string
}

/** Builds a case with Tare. `message` is what it said when it failed. */
export async function tareFacts(
  each: ConformanceCase,
  store: TestStore,
  { context, host, folder }: BuildPlace,
): Promise<{ facts: BuildFacts; message: string }> {
  const { args, input } = commandOf(each, context, host)
  const built = await store.tare(['build', '--progress', 'plain', '-t', each.name, ...args], {
    ...(input && { input }),
  })
  if (built.code !== 0) return { facts: { exit: built.code }, message: built.stderr }
  const archive = join(folder, 'tare.tar')
  const saved = await store.tare(['save', '-o', archive, each.name])
  if (saved.code !== 0) throw new Error(`saving ${each.name}: ${saved.stderr}`)
  return { facts: await imageFacts(archive), message: built.stderr }
}
