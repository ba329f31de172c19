import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { noRuns } from '../testkit/busybox-root.ts'
import { TempDir } from '../testkit/temp-dir.ts'
import { probeSandboxes, selectSandbox } from './select.ts'

const reason = noRuns()

describe('selecting a sandbox', () => {
  it('refuses a name that is none', async () => {
    using temp = new TempDir()
    await expect(selectSandbox({ stateDir: temp.path, prefer: 'bwrap' })).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: 'selecting a sandbox: expected one of crun, runc, built-in, got "bwrap"',
    })
  })
})

describe.skipIf(reason)(`selecting a sandbox for real${reason ? ` (${reason})` : ''}`, () => {
  it('takes the first that works, which has seccomp if any has', async () => {
    using temp = new TempDir()
    const probes = await probeSandboxes({ stateDir: temp.path })
    expect(probes.map(({ name }) => name)).toEqual(['crun', 'runc', 'built-in'])
    const best = probes.find(({ usable }) => usable)
    expect(await selectSandbox({ stateDir: temp.path })).toMatchObject({ name: best?.name, seccomp: best?.seccomp })
    expect(best?.seccomp).toBe(probes.some(({ seccomp }) => seccomp))
    for (const { reason } of probes) expect(reason).not.toBe('')
  })
  it('remembers what it found, and forgets it with the boot or the program', async () => {
    using temp = new TempDir()
    const { name } = await selectSandbox({ stateDir: temp.path })
    const memory = `${temp.path}/probe-${name}.json`
    const { mtimeMs } = statSync(memory)
    await selectSandbox({ stateDir: temp.path })
    expect(statSync(memory).mtimeMs).toBe(mtimeMs)
    const other = { ...JSON.parse(readFileSync(memory, 'utf8')), key: 'of another boot' }
    writeFileSync(memory, JSON.stringify(other))
    await selectSandbox({ stateDir: temp.path })
    expect(JSON.parse(readFileSync(memory, 'utf8')).key).not.toBe('of another boot')
  })
  it('does not stumble over a memory cut short', async () => {
    using temp = new TempDir()
    const { name } = await selectSandbox({ stateDir: temp.path })
    writeFileSync(`${temp.path}/probe-${name}.json`, '{"key": "')
    expect(await selectSandbox({ stateDir: temp.path })).toMatchObject({ name })
  })
  it('leaves only its own few files', async () => {
    using temp = new TempDir()
    await probeSandboxes({ stateDir: temp.path })
    const names = readdirSync(temp.path).map(name => name.replace(/^[0-9a-f]{16}/, '<id>'))
    for (const name of names)
      expect([
        '<id>.lock',
        'bundle',
        'devices',
        'private',
        'root',
        'probe-crun.json',
        'probe-runc.json',
        'probe-built-in.json',
      ]).toContain(name)
  })
})
