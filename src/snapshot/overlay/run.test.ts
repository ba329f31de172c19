import { closeSync, mkdirSync, symlinkSync, writeSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../db/index.ts'
import {
  prepareMountPoints,
  removeStubs,
  type Sandbox,
  STANDARD_MOUNT_POINTS,
  selectSandbox,
} from '../../runtime/index.ts'
import { findBusybox, makeBusyboxRoot, noRuns } from '../../testkit/busybox-root.ts'
import { readAll } from '../../testkit/read-all.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import type { Snapshot, SnapshotId } from '../snapshotter.ts'
import { type OverlaySnapshotter, openOverlaySnapshotter } from './overlay.ts'

const reason = noRuns()

describe.skipIf(reason)(`a real RUN on overlay snapshots${reason ? ` (${reason})` : ''}`, () => {
  const temp = new TempDir()
  let snapshotter: OverlaySnapshotter
  let sandbox: Sandbox
  let busybox: Snapshot

  beforeAll(async () => {
    const db = openDatabase(`${temp.path}/tare.db`)
    db.run("INSERT INTO lease (id, purpose, created_ms) VALUES ('l', 'test', 0)")
    snapshotter = openOverlaySnapshotter({ db, directory: `${temp.path}/snapshots`, leaseId: () => 'l' })
    sandbox = await selectSandbox({ stateDir: `${temp.path}/state` })
    const active = await snapshotter.prepare(undefined)
    makeBusyboxRoot(active.tree.hostDir('/'))
    busybox = (await active.commit())!
  })
  afterAll(() => temp[Symbol.dispose]())

  const run = async (
    parent: SnapshotId | undefined,
    args: string[],
  ): Promise<{ snapshot: Snapshot | undefined; out: string }> => {
    await using active = await snapshotter.prepare(parent)
    const points = prepareMountPoints(active.tree, STANDARD_MOUNT_POINTS)
    const out: Uint8Array[] = []
    const take = (chunk: Uint8Array): void => void out.push(chunk)
    const who = { uid: 0, gid: 0, additionalGids: [], hostname: 'test', network: 'host', mounts: [] } as const
    const spec = { args, env: ['PATH=/bin'], cwd: '/', ...who }
    const status = await sandbox.run(active.root(), spec, { stdin: 'null', stdout: take, stderr: take })
    if (status.code !== 0) throw new Error(`exit code ${status.code}: ${Buffer.concat(out)}`)
    removeStubs(active.tree, points)
    return { snapshot: await active.commit(), out: Buffer.concat(out).toString() }
  }
  const sh = (parent: SnapshotId | undefined, script: string) => run(parent, ['/bin/sh', '-c', script])

  it('may follow another in the same snapshot', async () => {
    await using active = await snapshotter.prepare(busybox.id)
    const io = { stdin: 'null', stdout: () => undefined, stderr: () => undefined } as const
    const who = { uid: 0, gid: 0, additionalGids: [], hostname: 'test', network: 'host', mounts: [] } as const
    for (const name of ['proc', 'dev', 'sys']) mkdirSync(`${active.tree.hostDir('/')}/${name}`)
    for (const file of ['one', 'two'])
      await sandbox.run(active.root(), { args: ['/bin/touch', `/${file}`], env: [], cwd: '/', ...who }, io)
    expect(active.tree.readdir('/')).toEqual(['bin', 'dev', 'etc', 'one', 'proc', 'sys', 'tmp', 'two'])
  })
  it('that does nothing leaves no layer', async () => {
    expect((await sh(busybox.id, 'true')).snapshot).toBeUndefined()
  })
  it('that only touches leaves no layer', async () => {
    const script = 'chmod 755 /bin; chown 0:0 /etc; exec 3<>/etc/passwd; touch /tmp/x; rm /tmp/x; touch -r /etc /tmp'
    const before = snapshotter.view(busybox.id)
    const { snapshot } = await sh(busybox.id, `${script}; touch -d @${before.lstat('/tmp')?.mtime} /tmp`)
    expect(snapshot).toBeUndefined()
  })
  it('on nothing but one static program leaves no layer', async () => {
    const active = await snapshotter.prepare(undefined)
    const tree = active.tree
    const fd = tree.createFile('/true')
    writeSync(fd, await import('node:fs').then(fs => fs.readFileSync(findBusybox()!)))
    closeSync(fd)
    tree.setMeta('/true', { mode: 0o755 })
    const only = await active.commit()
    expect((await run(only?.id, ['/true'])).snapshot).toBeUndefined()
  })
  it('puts into its layer what it wrote, and no mount point', async () => {
    const { snapshot } = await sh(busybox.id, 'echo 1 >/etc/new; echo 2 >/proc/self/comm; ls /sys >/dev/null')
    expect(snapshot?.entries).toBe(2)
    const tar = await readAll(snapshotter.layerTar(snapshot!.id))
    expect(tar.includes('etc/new')).toBe(true)
    expect(tar.includes('resolv.conf')).toBe(false)
  })
  it('sees resolv.conf where a symlink says, and leaves none of it', async () => {
    const active = await snapshotter.prepare(busybox.id)
    symlinkSync('../run/resolv/stub.conf', `${active.tree.hostDir('/etc')}/resolv.conf`)
    const linked = await active.commit()
    expect((await sh(linked?.id, 'test -f /run/resolv/stub.conf')).snapshot).toBeUndefined()
  })
  it('works on 130 layers and on 300', { timeout: 120_000 }, async () => {
    let top = busybox.id
    for (let depth = 2; depth <= 300; depth++) {
      const active = await snapshotter.prepare(top)
      mkdirSync(`${active.tree.hostDir('/tmp')}/d${depth}`)
      top = (await active.commit())!.id
      if (depth !== 130 && depth !== 300) continue
      const { snapshot, out } = await sh(top, `ls /tmp | grep -c d; rm -r /tmp/d2; echo new >/tmp/new`)
      expect(out).toBe(`${depth - 1}\n`)
      expect(snapshot?.entries).toBe(3)
      expect(snapshotter.view(snapshot?.id).readdir('/tmp')).toHaveLength(depth - 1)
    }
  })
})
