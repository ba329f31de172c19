import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TempDir } from '../testkit/temp-dir.ts'
import { lockedRunId } from './cgroups.ts'
import { reapRuntime } from './reap.ts'

const TREE = ['/sys/fs/cgroup/freezer', '/sys/fs/cgroup'].find(tree => existsSync(`${tree}/cgroup.procs`))
const reason = process.geteuid?.() === 0 && TREE ? undefined : 'needs root and a cgroup tree'

describe.skipIf(reason)(`cgroups of killed runs${reason ? ` (${reason})` : ''}`, () => {
  it('are reaped once their owner is gone, and only then', async () => {
    using temp = new TempDir()
    const living = lockedRunId(temp.path)
    const dead = `tare-${'0'.repeat(8)}${process.pid.toString(16).padStart(8, '0')}-1`
    writeFileSync(`${temp.path}/${dead.slice(5, 21)}.lock`, '')
    for (const run of [living, dead]) mkdirSync(`${TREE}/${run}`)
    await reapRuntime(temp.path)
    expect([living, dead].map(run => existsSync(`${TREE}/${run}`))).toEqual([true, false])
    expect(readdirSync(temp.path)).toEqual([`${living.slice(5, 21)}.lock`])
    const { removeCgroups } = await import('./cgroups.ts')
    removeCgroups(living)
    expect(existsSync(`${TREE}/${living}`)).toBe(false)
  })
  it('of a state directory that is not there are none', async () => {
    await reapRuntime('/nonexistent/tare')
  })
})
