import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MadeEntry, makeTar } from '../../src/testkit/make-tar.ts'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import { type Canary, plantCanary } from '../support/canary.ts'
import { HOSTILE_ARCHIVES } from '../support/hostile-archives.ts'
import { makeDockerArchive } from '../support/hostile-image.ts'
import { leftovers } from '../support/leaks.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

const BELOW: readonly MadeEntry[] = [
  { name: 'etc/', type: 'dir', mode: 0o755 },
  { name: 'etc/kept', content: 'kept' },
  { name: 'a/', type: 'dir', mode: 0o755 },
]
describe('hostile archives: an error that says why, or what Docker would make of it; nothing outside', () => {
  let store: TestStore
  let canary: Canary

  beforeAll(async () => {
    store = openTestStore()
    canary = plantCanary()
    await buildBusybox(store)
  })
  afterAll(() => {
    store[Symbol.dispose]()
    canary[Symbol.dispose]()
  })

  const settled = (stderr: string): void => {
    expect(stderr).not.toContain('internal error')
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    expect(canary.changes()).toEqual([])
    expect(leftovers(store.root)).toEqual([])
  }

  /** Runs a shell test in the image, in whose root the archive lies at $R. */
  const holds = async (image: string, root: string, test: string): Promise<void> => {
    const flags = ['-e', `R=${root}`, '-e', `CANARY=${canary.path}`, '--entrypoint', '/bin/sh', image]
    const { code, stderr } = await store.tare(['run', ...flags, '-c', test])
    expect(code, `${test}: ${stderr}`).toBe(0)
    settled('')
  }

  describe('as a layer', () => {
    it.each(HOSTILE_ARCHIVES)('$name', async ({ entries, layer }) => {
      using folder = tempFolder()
      const file = join(folder.path, 'image.tar')
      writeFileSync(
        file,
        makeDockerArchive({ layers: [makeTar(BELOW), makeTar(entries(canary.path))], name: 'hostile' }),
      )
      const { code, stderr, stdout } = await store.tare(['load', '-i', file])
      settled(stderr)
      if (layer instanceof RegExp) {
        expect(stderr).toMatch(layer)
        expect([code, stdout]).toEqual([1, ''])
      } else {
        expect(code, stderr).toBe(0)
        const built = await buildContext(store, { Dockerfile: 'FROM hostile\nCOPY --from=busybox /bin /bin\n' }, [
          '-t',
          'hostile-with-shell',
        ])
        expect(built.code, built.stderr).toBe(0)
        await holds('hostile-with-shell', '', layer)
      }
    })
  })

  describe('through ADD', () => {
    it.each(HOSTILE_ARCHIVES)('$name', async ({ entries, layer, add = layer }) => {
      const files = {
        'a.tar': makeTar(entries(canary.path)),
        Dockerfile: 'FROM busybox\nRUN mkdir /a && echo kept >/etc/kept\nADD a.tar /a/\n',
      }
      const { code, stderr } = await buildContext(store, files, ['-t', 'added'])
      settled(stderr)
      if (add instanceof RegExp) {
        expect(stderr).toMatch(add)
        expect(stderr).toContain('   3 | >>> ADD a.tar /a/')
        expect(code).toBe(1)
      } else {
        expect(code, stderr).toBe(0)
        await holds('added', '/a', add)
      }
    })
  })

  describe('as a build context', () => {
    it.each(HOSTILE_ARCHIVES)('$name', async ({ entries, layer, add = layer }) => {
      const dockerfile = {
        name: 'Dockerfile',
        content: 'FROM busybox\nRUN mkdir /a && echo kept >/etc/kept\nCOPY . /a/\n',
      }
      const input = makeTar([dockerfile, ...entries(canary.path)])
      const { code, stderr } = await store.tare(['build', '--progress', 'plain', '-t', 'copied', '-'], { input })
      settled(stderr)
      if (add instanceof RegExp) {
        expect(stderr).toMatch(add)
        expect(code).toBe(1)
      } else {
        expect(code, stderr).toBe(0)
        await holds('copied', '/a', add)
      }
    })
  })

  it('leaves a store in which everything is right', async () => {
    expect((await store.tare(['check-store', '--deep'])).stdout).toBe('ok: nothing wrong\n')
  })
})
