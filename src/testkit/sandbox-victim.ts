import { mkdirSync } from 'node:fs'
import { selectSandbox } from '../runtime/index.ts'

/** Run as a process of its own by src/runtime/kill.test.ts: says when it starts a run that would take long, and is killed. */
const [stateDir = '', prefer = '', directory = '', mark = ''] = process.argv.slice(2)
const place = `${directory}/snapshots/${mark}`
for (const name of ['fs/proc', 'fs/dev', 'fs/sys', 'work']) mkdirSync(`${place}/${name}`, { recursive: true })
const sandbox = await selectSandbox({ stateDir, prefer })
process.stdout.write('ready\n')
await sandbox.run(
  { kind: 'overlay', lower: [`${directory}/snapshots/base`], upper: `${place}/fs`, work: `${place}/work` },
  {
    args: ['/bin/sh', '-c', `sleep ${mark} & exec sleep ${mark}`],
    env: ['PATH=/bin'],
    cwd: '/',
    uid: 0,
    gid: 0,
    additionalGids: [],
    hostname: mark,
    network: 'host',
    mounts: [],
  },
  { stdin: 'null', stdout: () => undefined, stderr: () => undefined },
)
