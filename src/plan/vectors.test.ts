import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isTareError } from '../base/error.ts'
import { FakeImages, plan } from './planning.fixture.ts'

const VECTORS = fileURLToPath(new URL('../../../shared/vectors', import.meta.url))

interface PlanVector {
  readonly name: string
  readonly kind: string
  readonly dockerfile: string
  readonly target?: string
  readonly error: string | boolean | null
}

/** The folder is not on every machine. */
describe.skipIf(!existsSync(VECTORS))('shared vectors', () => {
  const vectors = existsSync(VECTORS)
    ? readLines<PlanVector>('parser_vectors').filter(({ kind }) => kind === 'plan')
    : []
  it.each(vectors.map(vector => [vector.name, vector] as const))('%s', async (_, { dockerfile, target, error }) => {
    const planned = plan(dockerfile, { target }, new FakeImages(true))
    if (error) await expect(planned).rejects.toSatisfy(isTareError)
    else await expect(planned).resolves.toBeDefined()
  })

  it('plans real Dockerfiles, and refuses only what is not supported yet or needs a build argument', async () => {
    const refused: string[] = []
    for (const { text } of readLines<{ text: string }>('realworld')) {
      const error = await plan(text, {}, new FakeImages(true)).catch((reason: unknown) => reason)
      if (!(error instanceof Error)) continue
      if (!isTareError(error) || error.at === undefined) throw error
      const line = error.at.file.lines[error.at.range.startLine - 1] ?? ''
      if (error.code !== 'PLAN_NOT_SUPPORTED') refused.push(line)
    }
    expect(refused.length).toBeLessThan(5)
    for (const line of refused) expect(line).toMatch(/^FROM .*\$/)
  })
})

function readLines<T>(name: string): T[] {
  const lines = readFileSync(`${VECTORS}/${name}.jsonl`, 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as T)
}
