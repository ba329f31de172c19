import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { printable } from '../base/source.ts'
import { decodeText, encodeText } from '../base/text.ts'
import { applyFixes } from '../dockerfile/index.ts'
import type { LintFinding } from '../record/index.ts'
import { readRegularFile } from './build/inputs/read-regular-file.ts'
import { type CheckOptions, check } from './check.ts'
import { readSource } from './check-source.ts'
import { apiError } from './errors.ts'

export interface FixOptions extends CheckOptions {
  /** Writes the mended text over the file; what was handed in as bytes is never written. */
  readonly write?: boolean | undefined
}

export interface FixedDockerfile {
  /** As findings call it. */
  readonly name: string
  /** Lossless text (see base/text.ts), line ends and all. */
  readonly before: string
  readonly after: string
  /** What was mended, and what is left for people. */
  readonly fixed: readonly LintFinding[]
  readonly left: readonly LintFinding[]
}

/** Fixes that touch each other are done one after the other; no Dockerfile needs more rounds. */
const MOST_ROUNDS = 10

/** Mends what rules know how to mend without changing what is built. Throws as `check` does; then nothing is written. */
export async function checkFix(options: FixOptions = {}): Promise<FixedDockerfile> {
  const source = readSource(options.dockerfile ?? '.')
  const before = decodeText(source.bytes)
  const fixed: LintFinding[] = []
  let after = before
  let findings = await findingsIn(after, options, source)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const mendable = findings.filter(({ fix }) => fix !== undefined && fix.length > 0)
    const { text, applied } = applyFixes(
      after,
      mendable.map(({ fix }) => fix ?? []),
    )
    if (text === after) break
    fixed.push(...applied.flatMap(index => mendable[index] ?? []))
    after = text
    findings = await findingsIn(after, options, source)
  }
  if (options.write && source.path !== undefined && after !== before)
    replaceFile(source.path, source.bytes, encodeText(after))
  return { name: source.name, before, after, fixed, left: findings }
}

async function findingsIn(text: string, options: CheckOptions, { name, path }: ReturnType<typeof readSource>) {
  const { findings } = await check({ ...options, dockerfile: { name, path, bytes: encodeText(text) } })
  return findings
}

/** All or nothing, under the file's own mode and owner; a link stays a link. What somebody else wrote meanwhile stays. */
function replaceFile(path: string, before: Uint8Array, bytes: Uint8Array): void {
  const file = realpathSync(path)
  const { mode, uid, gid } = statSync(file)
  if (!readRegularFile(file).equals(before))
    throw apiError('OUTPUT_FAILED', `writing ${printable(path)}: it was changed while it was checked`, {
      hint: 'Run it once more.',
      facts: { path },
    })
  const temporary = `${file}.tare-${randomBytes(8).toString('hex')}`
  try {
    writeFileSync(temporary, bytes, { flag: 'wx', flush: true })
    chmodSync(temporary, mode & 0o7777)
    const own = statSync(temporary)
    if (own.uid !== uid || own.gid !== gid) chownSync(temporary, uid, gid)
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
