import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tareProgram } from '../../scripts/tare.ts'
import { buildBusybox } from '../support/busybox.ts'
import { writeContext } from '../support/context.ts'
import { assertNothingLeft } from '../support/leaks.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** All fifty with TARE_LONG=1 (`npm run test:long`), a slice of them else. */
const ROUNDS = process.env['TARE_LONG'] ? 50 : 12
const SEED = Number(process.env['TARE_SEED'] ?? 20261121)

/** Something of everything: copies, runs in parallel stages, a copy between stages, and a process that would go on. */
const DOCKERFILE = `FROM busybox AS a
COPY files /files
RUN cat /files/* > /all
RUN sleep 0.2; echo a > /a
FROM busybox AS b
RUN for i in 1 2 3 4 5 6 7 8; do head -c 200000 /dev/urandom > /r$i; done
RUN (sleep 300 &) ; sleep 0.3; echo b > /b
FROM busybox
COPY --from=a /all /a /
COPY --from=b /b /
RUN cat /a /b
`

describe(`kill -9 during a build, ${ROUNDS} times at random moments`, () => {
  let store: TestStore
  const context = tempFolder()

  beforeAll(async () => {
    store = openTestStore()
    await buildBusybox(store)
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`files/f${i}`, `${i}\n`.repeat(500)]))
    writeContext(context.path, { Dockerfile: DOCKERFILE, ...files })
  })
  afterAll(() => {
    store[Symbol.dispose]()
    context[Symbol.dispose]()
  })

  it('leaves no process or mount, and the next build works', async () => {
    const random = seededRandom(SEED)
    for (let round = 0; round < ROUNDS; round++) {
      await killedBuild(store, context.path, 50 + random() * 1500)
      await assertNoProcess(store.root)
    }
    const built = await store.tare(['build', '--progress', 'plain', '-t', 'after', context.path])
    expect(built.code, built.stderr).toBe(0)
    expect((await store.tare(['run', 'after', 'cat', '/a', '/b'])).stdout).toBe('a\nb\n')
    await assertNothingLeft(store.root)
  })

  it('check-store is clean and system prune takes back all space', async () => {
    const check = await store.tare(['check-store', '--deep'])
    expect(check.stdout).toBe('ok: nothing wrong\n')
    const pruned = await store.tare(['system', 'prune', '--all', '--force'])
    expect(pruned.code, pruned.stderr).toBe(0)
    const usage = await store.tare(['system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Size}}'])
    expect(usage.stdout).toBe('Images 0 0B\nSnapshots 0 0B\nBlobs 0 0B\nBuild Cache 0 0B\nCache Mounts 0 0B\n')
    expect((await store.tare(['check-store', '--deep'])).stdout).toBe('ok: nothing wrong\n')
  })
})

/** The launcher execs Node, so its pid is Tare's. */
async function killedBuild(store: TestStore, context: string, afterMs: number): Promise<void> {
  const child = spawn(tareProgram(), ['build', '--no-cache', '-t', 'killed', context], {
    env: { ...process.env, ...store.env },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  await pause(afterMs)
  child.kill('SIGKILL')
  await ended
}

/** Files of a killed process are reaped by the next; processes and mounts must go by themselves. */
async function assertNoProcess(root: string): Promise<void> {
  await assertNothingLeft(root, { files: false })
}
