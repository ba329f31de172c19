import { writeFileSync } from 'node:fs'
import { openOverlaySnapshotter } from '../snapshot/index.ts'
import { openStore } from '../store/index.ts'

/** Run as a process of its own by src/snapshot/overlay/kill.test.ts: makes, commits, unpacks and removes snapshots until it is killed. */
const [root = ''] = process.argv.slice(2)
await using store = await openStore({ root })
const lease = store.lease()
const snapshotter = openOverlaySnapshotter({ db: store.db, directory: `${root}/snapshots`, leaseId: () => lease.id })
await snapshotter.reap()
process.stdout.write('ready\n')
for (let round = 0; ; round++) {
  const lower = await snapshotter.prepare(undefined)
  for (let i = 0; i < 20; i++) writeFileSync(`${lower.tree.hostDir('/')}/file${i}`, `${process.pid} ${round} ${i}`)
  const base = (await lower.commit())!
  const upper = await snapshotter.prepare(base.id)
  upper.tree.remove('/file3')
  writeFileSync(`${upper.tree.hostDir('/')}/more`, 'more')
  const top = (await upper.commit())!
  const abandoned = await snapshotter.prepare(top.id)
  await abandoned.abandon()
  if (round % 2 === 0) {
    await snapshotter.remove(top.id)
    await snapshotter.remove(base.id)
  }
}
