import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TempDir } from '../../../testkit/temp-dir.ts'
import { readIgnore } from './ignore-file.ts'
import { readDockerfile } from './local-inputs.ts'

describe.each(['Dockerfile', '.dockerignore', 'Dockerfile.dockerignore'])('a prepared %s', name => {
  it.each([
    ['pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['link to a device', (path: string) => symlinkSync('/dev/zero', path)],
  ])('that is a %s is refused, not read for ever', (_, make) => {
    using folder = new TempDir()
    make(join(folder.path, name))
    const dockerfile = join(folder.path, 'Dockerfile')
    const read = () =>
      name === 'Dockerfile' ? readDockerfile(folder.path, undefined) : readIgnore(folder.path, dockerfile)
    expect(read).toThrow(/it is not a regular file|it is a link that leads out/)
  })
})
