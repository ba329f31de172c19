import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { check } from './check.ts'
import { checkFix } from './check-fix.ts'

const FILE = join(
  process.env['TARE_VECTORS'] ?? join(import.meta.dirname, '../../../shared/vectors'),
  'realworld.jsonl',
)
const present = existsSync(FILE)

interface RealDockerfile {
  readonly repo: string
  readonly path: string
  readonly text: string
}

const files: RealDockerfile[] = present
  ? readFileSync(FILE, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  : []

describe.skipIf(!present)(
  'Dockerfiles of public repositories (skipped: no ../shared/vectors, no $TARE_VECTORS)',
  () => {
    it('are checked, each, and only what is no Dockerfile is said not to build', async () => {
      const faults: string[] = []
      for (const { repo, path, text } of files) {
        const { fault } = await check({ dockerfile: Buffer.from(text) })
        if (fault) faults.push(`${repo}/${path}: ${fault.message}`)
      }
      expect(files.length).toBeGreaterThan(100)
      expect(faults).toEqual([expect.stringContaining('${templateOption:imageVariant}')])
    })

    it('take a millisecond each to read, plan and check', async () => {
      const round = async (): Promise<number> => {
        const start = process.cpuUsage()
        for (const { text } of files) await check({ dockerfile: Buffer.from(text) })
        const { user, system } = process.cpuUsage(start)
        return (user + system) / 1000 / files.length
      }
      await round()
      const rounds = [await round(), await round(), await round()]
      // A machine that others use takes longer.
      expect(Math.min(...rounds)).toBeLessThan(3)
    })

    it('are mended to what has no more to mend', async () => {
      let mended = 0
      for (const { text } of files) {
        const { after, fixed, left } = await checkFix({ dockerfile: Buffer.from(text) })
        mended += fixed.length
        expect(left.filter(({ fix }) => fix?.length)).toEqual([])
        const again = await checkFix({ dockerfile: Buffer.from(after) })
        expect(again.after).toBe(after)
      }
      expect(mended).toBeGreaterThan(10)
    })
  },
)
