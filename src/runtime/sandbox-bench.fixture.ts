import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll } from 'vitest'
import { makeBusyboxRoot } from '../testkit/busybox-root.ts'
import { TempDir } from '../testkit/temp-dir.ts'
import type { ExecSpec, ExitStatus, Sandbox, SandboxRoot } from './sandbox.ts'

export interface Outcome {
  readonly status: ExitStatus
  readonly stdout: string
  readonly stderr: string
}

/** What a test changes what it asks of. */
export const PLAIN: ExecSpec = {
  args: [],
  env: ['PATH=/bin'],
  cwd: '/',
  uid: 0,
  gid: 0,
  additionalGids: [],
  hostname: 'contract',
  network: 'host',
  mounts: [],
}

export type SandboxBench = ReturnType<typeof sandboxBench>

/** A sandbox with roots to run in, for the tests of one describe; `open` gives one for a state directory of its own. */
export function sandboxBench(open: (stateDir: string) => Promise<Sandbox>) {
  const temp = new TempDir()
  let sandbox: Sandbox
  let made = 0
  const newDir = (name: string): string => temp.dir(`${name}${++made}`)
  const newRoot = (): Extract<SandboxRoot, { kind: 'overlay' }> => {
    const place = `${temp.path}/snapshots/${++made}`
    for (const name of ['proc', 'dev', 'sys']) mkdirSync(`${place}/fs/${name}`, { recursive: true })
    mkdirSync(`${place}/work`)
    return { kind: 'overlay', lower: [`${temp.path}/snapshots/base`], upper: `${place}/fs`, work: `${place}/work` }
  }
  const exec = async (
    args: string[],
    more: Partial<ExecSpec> = {},
    root: SandboxRoot = newRoot(),
  ): Promise<Outcome> => {
    const out: Uint8Array[] = []
    const err: Uint8Array[] = []
    const io = {
      stdin: 'null',
      stdout: (c: Uint8Array) => out.push(c),
      stderr: (c: Uint8Array) => err.push(c),
    } as const
    const status = await sandbox.run(root, { ...PLAIN, args, ...more }, io)
    return { status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }
  }
  const sh = (script: string, more?: Partial<ExecSpec>, root?: SandboxRoot) =>
    exec(['/bin/sh', '-c', script], more, root)

  beforeAll(async () => {
    mkdirSync(`${temp.path}/snapshots/base`, { recursive: true })
    makeBusyboxRoot(`${temp.path}/snapshots/base`)
    sandbox = await open(`${temp.path}/state`)
  })
  afterAll(() => temp[Symbol.dispose]())
  return {
    temp,
    newDir,
    newRoot,
    exec,
    sh,
    get sandbox() {
      return sandbox
    },
  }
}
