import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Listing } from './listing.ts'

const FOLDER = join(import.meta.dirname, '../../fixtures/outputs')

/** A Dockerfile whose outputs are compared with those of BuildKit. `# epoch: N` on its first line sets SOURCE_DATE_EPOCH. */
export interface OutputCase {
  readonly name: string
  readonly dockerfile: string
  readonly flags: readonly string[]
}

/** What BuildKit wrote: `type=local` as it is, `type=tar` unpacked with owners. */
export interface ExpectedOutput {
  readonly local: Listing
  readonly tar: Listing
}

export function readOutputCases(): OutputCase[] {
  const files = readdirSync(join(FOLDER, 'cases')).sort()
  return files.map(file => {
    const dockerfile = readFileSync(join(FOLDER, 'cases', file), 'utf8')
    const epoch = /^# epoch: (\d+)\n/.exec(dockerfile)?.[1]
    const flags = epoch === undefined ? [] : ['--build-arg', `SOURCE_DATE_EPOCH=${epoch}`]
    return { name: file.replace('.Dockerfile', ''), dockerfile, flags }
  })
}

export function expectedFile({ name }: OutputCase): string {
  return join(FOLDER, 'expected', `${name}.json`)
}

export function readExpected(each: OutputCase): ExpectedOutput {
  return JSON.parse(readFileSync(expectedFile(each), 'utf8')) as ExpectedOutput
}
