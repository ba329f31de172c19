import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCases } from '../support/conformance/case-file.ts'
import { type FileServer, startFileServer } from '../support/conformance/file-server.ts'
import { compareCase } from '../support/conformance/score-case.ts'
import { buildBases } from '../support/conformance/tare-facts.ts'
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
    const place = { store, host: server.host, folder: work.path }
    const { differences, message } = await compareCase(each, place)
    const unmeant = differences.filter(({ key }) => !each.differs.has(key))
    expect(unmeant, message).toEqual([])
    // A difference that is gone is to be struck from the case.
    expect(differences.map(({ key }) => key).sort()).toEqual([...each.differs.keys()].sort())
  })
})
