import { mkdirSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mount, unmount } from '../../host/index.ts'
import { noRuns } from '../../testkit/busybox-root.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { probeOverlay } from './probe.ts'

const reason = noRuns()

describe.skipIf(reason)(`probing overlay mounts${reason ? ` (${reason})` : ''}`, () => {
  it('works on an ordinary file system and leaves nothing', async () => {
    using temp = new TempDir()
    await probeOverlay(temp.path)
    expect(readdirSync(temp.path)).toEqual([])
  })
  it('says what is wrong where it does not', async () => {
    using temp = new TempDir()
    for (const name of ['l', 'u', 'w', 'm', 'l2', 'u2']) mkdirSync(`${temp.path}/${name}`)
    const at = (name: string) => `${temp.path}/${name}`
    // The kernel takes no upper directory that is in an overlay itself.
    const data = `lowerdir=${at('l')},upperdir=${at('u')},workdir=${at('w')}`
    mount({ source: 'overlay', target: at('m'), type: 'overlay', data })
    try {
      await expect(probeOverlay(at('m'))).rejects.toMatchObject({
        code: 'SNAPSHOT_OVERLAY_UNAVAILABLE',
        hint: expect.stringContaining('this is overlay'),
      })
      expect(readdirSync(at('m'))).toEqual([])
    } finally {
      unmount(at('m'))
    }
  })
})
