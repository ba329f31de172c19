import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeBusyboxRoot, noRuns } from '../testkit/busybox-root.ts'
import { TempDir } from '../testkit/temp-dir.ts'
import { reapRuntime } from './reap.ts'
import { selectSandbox } from './select.ts'
import { findTool } from './tools.ts'

const VICTIM = fileURLToPath(new URL('../testkit/sandbox-victim.ts', import.meta.url))
const reason = noRuns()

/** Processes of this machine whose arguments hold `mark`. */
function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && argumentsOf(pid).includes(mark))
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

/** Cgroups that runs of the given owners left. */
function cgroupsOf(owners: readonly string[]): string[] {
  const trees = existsSync('/sys/fs/cgroup') ? readdirSync('/sys/fs/cgroup', { withFileTypes: true }) : []
  const places = ['/sys/fs/cgroup', ...trees.filter(t => t.isDirectory()).map(t => `/sys/fs/cgroup/${t.name}`)]
  return places.flatMap(place =>
    readdirSync(place).filter(name => owners.some(owner => name.startsWith(`tare-${owner}-`))),
  )
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 5000; !condition() && Date.now() < end; ) await delay(5)
}

describe.skipIf(reason)(`kill -9 of a process with a run in it${reason ? ` (${reason})` : ''}`, () => {
  const temp = new TempDir()
  beforeAll(() => {
    mkdirSync(`${temp.path}/snapshots/base`, { recursive: true })
    makeBusyboxRoot(`${temp.path}/snapshots/base`)
  })
  afterAll(() => temp[Symbol.dispose]())

  it.each(['crun', 'runc', 'built-in'].filter(name => name === 'built-in' || findTool(name)).map(name => [name]))(
    'leaves no process, mount, cgroup or file of %s, at whatever moment',
    { timeout: 60_000 },
    async name => {
      const stateDir = `${temp.path}/state-${name}`
      await selectSandbox({ stateDir, prefer: name })
      const filesBefore = readdirSync(stateDir).filter(file => !file.endsWith('.lock'))
      for (let round = 0; round < 20; round++) {
        const mark = `7${process.pid}${round}.5`
        const victim = spawn(process.execPath, [VICTIM, stateDir, name, temp.path, mark], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        await new Promise<void>(resolve => victim.stdout.once('data', () => resolve()))
        // Half of the rounds hit the start of the run, the others the program in it.
        if (round % 2 === 0) await delay(round * 2)
        else await until(() => processesWith(mark).some(pid => argumentsOf(pid).startsWith('sleep')))
        victim.kill('SIGKILL')
        await new Promise(resolve => victim.once('exit', resolve))
        await until(() => processesWith(mark).length === 0)
        expect(processesWith(mark)).toEqual([])
      }
      const owners = readdirSync(stateDir)
        .filter(file => file.endsWith('.lock'))
        .map(file => file.slice(0, -'.lock'.length))
      await reapRuntime(stateDir)
      expect(cgroupsOf(owners)).toEqual([])
      expect(readFileSync('/proc/self/mountinfo', 'latin1')).not.toContain(temp.path)
      expect(readdirSync(stateDir).filter(file => !file.endsWith('.lock'))).toEqual(filesBefore)
    },
  )
})
