import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectedFile, readCases } from '../support/conformance/case-file.ts'
import { compareFacts } from '../support/conformance/compare-facts.ts'
import { type FileServer, startFileServer } from '../support/conformance/file-server.ts'
import type { BuildFacts } from '../support/conformance/image-facts.ts'
import { buildBases, tareFacts } from '../support/conformance/tare-facts.ts'
import { writeCase } from '../support/conformance/write-case.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe.skipIf(process.getuid?.() !== 0)("results are BuildKit's (needs root, for owners and devices)", () => {
  let store: TestStore
  let server: FileServer
  let work: ReturnType<typeof tempFolder>

  beforeAll(async () => {
    store = openTestStore()
    work = tempFolder()
    server = await startFileServer()
    await buildBases(store, join(work.path, 'bases'))
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    store[Symbol.dispose]()
    work[Symbol.dispose]()
  })

  it.each(readCases())('$name: $title', async each => {
    const folder = join(work.path, each.name)
    mkdirSync(folder)
    const context = join(folder, 'context')
    await writeCase(each, context, server.host)
    const expected = JSON.parse(readFileSync(expectedFile(each), 'utf8')) as BuildFacts
    const { facts, message } = await tareFacts(each, store, context, folder)
    const differences = compareFacts(expected, facts)
    const unmeant = differences.filter(({ key }) => !each.differs.has(key))
    expect(unmeant, message).toEqual([])
    // A difference that is gone is to be struck from the case.
    expect(differences.map(({ key }) => key).sort()).toEqual([...each.differs.keys()].sort())
  })
})
