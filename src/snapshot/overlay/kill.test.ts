import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../store/index.ts'
import { noRuns } from '../../testkit/busybox-root.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { openOverlaySnapshotter } from './overlay.ts'

const VICTIM = fileURLToPath(new URL('../../testkit/snapshot-victim.ts', import.meta.url))
const reason = noRuns()

describe.skipIf(reason)(`kill -9 of processes that write snapshots${reason ? ` (${reason})` : ''}`, () => {
  it('at whatever moment leaves a store that is whole', { timeout: 60_000 }, async () => {
    using temp = new TempDir()
    const root = `${temp.path}/root`
    for (let round = 0; round < 8; round++) {
      const victims = [0, 1].map(() =>
        spawn(process.execPath, [VICTIM, root], { stdio: ['ignore', 'pipe', 'inherit'] }),
      )
      await Promise.all(victims.map(victim => new Promise(resolve => victim.stdout.once('data', resolve))))
      await delay(20 + round * 13)
      for (const victim of victims) victim.kill('SIGKILL')
      await Promise.all(victims.map(victim => new Promise(resolve => victim.once('exit', resolve))))
    }
    await using store = await openStore({ root })
    store.reapDeadLeases()
    const directory = `${root}/snapshots`
    const snapshotter = openOverlaySnapshotter({ db: store.db, directory, leaseId: () => store.lease().id })
    await snapshotter.reap()
    expect(await snapshotter.check({ deep: true })).toEqual([])
    expect((await snapshotter.removeUnused()).snapshots).toBeGreaterThan(0)
    expect(snapshotter.usage().snapshots).toBe(0)
    expect(readdirSync(directory).filter(name => name !== '_empty')).toEqual([])
  })
})
