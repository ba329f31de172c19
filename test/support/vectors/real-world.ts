import { deepStrictEqual as equal, ok } from 'node:assert/strict'
import { isTareError } from '../../../src/base/error.ts'
import { parseAst, parseDockerfile } from '../../../src/dockerfile/index.ts'
import { FakeImages, plan } from '../../../src/plan/planning.fixture.ts'
import type { Row, VectorSet } from './vector-set.ts'

/** Real Dockerfiles: they parse as expected, and plan or are refused at a line for want of a build argument. */
export const REAL_WORLD: VectorSet = {
  file: 'realworld',
  title: 'Real-world Dockerfiles',
  groupOf: row => row.lang ?? 'other',
  nameOf: row => `${row.repo}/${row.path}`,
  check: async row => {
    checkTree(row)
    await checkPlan(row.text)
  },
}

function checkTree(row: Row): void {
  equal(parseDockerfile(row.text).stages.length, row.stages)
  const kinds = new Set(parseAst(row.text).nodes.map(node => node.keyword.value.toUpperCase()))
  equal([...kinds].sort(), [...row.instructions].sort())
}

async function checkPlan(text: string): Promise<void> {
  try {
    await plan(text, {}, new FakeImages(true))
  } catch (error) {
    ok(isTareError(error) && error.at !== undefined, error instanceof Error ? error : String(error))
    const line = error.at.file.lines[error.at.range.startLine - 1] ?? ''
    ok(/^FROM .*\$/i.test(line), `line ${error.at.range.startLine}: ${error.message}`)
  }
}
