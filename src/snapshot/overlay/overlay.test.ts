import { describe } from 'vitest'
import { openDatabase } from '../../db/index.ts'
import { noRuns } from '../../testkit/busybox-root.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { type OpenedSnapshotter, snapshotterContract } from '../snapshotter.contract.ts'
import { openOverlaySnapshotter } from './overlay.ts'

const reason = noRuns()

async function openTemporary(): Promise<OpenedSnapshotter> {
  const temp = new TempDir()
  const db = openDatabase(`${temp.path}/tare.db`)
  let leases = 0
  const again = () => {
    const id = `lease${++leases}`
    db.run("INSERT INTO lease (id, purpose, created_ms) VALUES (?, 'test', 0)", id)
    return openOverlaySnapshotter({ db, directory: `${temp.path}/snapshots`, leaseId: () => id })
  }
  return {
    snapshotter: again(),
    again: async () => again(),
    killOwner: () => void db.run('DELETE FROM lease'),
    [Symbol.asyncDispose]: async () => {
      db.close()
      temp[Symbol.dispose]()
    },
  }
}

describe.skipIf(reason)(`the overlay snapshotter${reason ? ` (${reason})` : ''}`, () => {
  snapshotterContract(openTemporary)
})
