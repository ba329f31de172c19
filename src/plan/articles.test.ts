import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isTareError } from '../base/error.ts'
import { FakeImages, plan } from './planning.fixture.ts'

const ARTICLES = fileURLToPath(new URL('../../../shared/articles', import.meta.url))

describe.skipIf(!existsSync(ARTICLES))('Dockerfiles of the articles', () => {
  const files = globSync(`${ARTICLES}/**/*ockerfile*`).sort()
  it.each(files.map(file => [`${basename(dirname(file))}/${basename(file)}`, file] as const))('%s', async (_, file) => {
    const known = ['golang', 'alpine', 'scratch', 'debian', 'ubuntu', 'busybox']
    const images = new FakeImages(true)
    const resolver = {
      image: async (...args: Parameters<FakeImages['image']>) => {
        if (!known.some(name => args[0].includes(name))) throw new Error(`no image ${args[0]}`)
        return await images.image(...args)
      },
    }
    const planned = await plan(readFileSync(file, 'utf8'), {}, resolver).catch((error: unknown) => error)
    if (!(planned instanceof Error)) return
    if (!isTareError(planned, 'PLAN_UNKNOWN_STAGE')) throw planned
    expect(planned.hint).toBe('did you mean `base`?')
  })
})
