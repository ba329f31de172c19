import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runOrThrow } from '../../../scripts/command.ts'
import { hostPlatform } from '../../../src/oci/index.ts'
import type { ConformanceCase } from './case-file.ts'
import { SERVER_NAME } from './file-server.ts'
import { writeSampleLayout } from './sample-layout.ts'

/** 2001-02-03T04:05:06Z: what a context's files were last changed at unless the case says otherwise. */
const CONTEXT_TIME = 981_173_106

const PRELUDE = `set -eu
umask 022
tarball() { tar --sort=name --mtime=@1000000000 --owner=0 --group=0 --numeric-owner --format=gnu "$@"; }
`

/** Writes a case's context into an empty folder. Its times depend on nothing but the case. `server` is a file server's host. */
export async function writeCase(each: ConformanceCase, folder: string, server: string): Promise<void> {
  const since = Math.floor(Date.now() / 1000) - 1
  mkdirSync(folder, { recursive: true })
  for (const [path, text] of Object.entries(each.files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text.replaceAll(`//${SERVER_NAME}`, `//${server}`))
  }
  if (each.layout !== undefined) writeSampleLayout(join(folder, each.layout), hostPlatform().architecture)
  if (each.setup !== '') await runOrThrow('bash', ['-c', PRELUDE + each.setup], { cwd: folder })
  await settleTimes(folder, since)
}

/** By find, which minds neither odd names nor what times a case has set itself. */
async function settleTimes(folder: string, since: number): Promise<void> {
  const fresh = ['-newermt', `@${since}`, '!', '-newermt', `@${since + 3600}`]
  await runOrThrow('find', [folder, ...fresh, '-exec', 'touch', '-h', '-d', `@${CONTEXT_TIME}`, '{}', '+'])
}
