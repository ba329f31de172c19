import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDigest } from '../../oci/index.ts'
import type { CheckOptions, Finding } from './finding.ts'
import type { CheckParts } from './parts.ts'

/** Files in the store that are none of its own. */
export function checkStrays({ paths, cacheMounts }: CheckParts, options: CheckOptions): Finding[] {
  const repaired = options.repair ?? false
  return [...strayPaths(paths.blobs, paths.run), ...cacheMounts.strays()].map(path => {
    if (repaired) rmSync(path, { recursive: true, force: true })
    return { code: 'STRAY_FILE', message: `${path} is not Tare's`, subject: path, repaired }
  })
}

function strayPaths(blobs: string, run: string): string[] {
  const strays: string[] = readdirSync(run).flatMap(name => (name.endsWith('.lock') ? [] : [join(run, name)]))
  for (const algorithm of readdirSync(blobs)) {
    const directory = join(blobs, algorithm)
    if (algorithm !== 'sha256' && algorithm !== 'sha512') strays.push(directory)
    else
      for (const name of readdirSync(directory))
        if (!isDigest(`${algorithm}:${name}`)) strays.push(join(directory, name))
  }
  return strays
}
