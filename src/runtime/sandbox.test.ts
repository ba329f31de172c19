import { describe } from 'vitest'
import { noRuns } from '../testkit/busybox-root.ts'
import { sandboxContract } from './sandbox.contract.ts'
import { selectSandbox } from './select.ts'
import { findTool } from './tools.ts'

for (const name of ['crun', 'runc', 'built-in']) {
  const reason = noRuns() ?? (name === 'built-in' || findTool(name) ? undefined : `${name} is not installed`)
  describe.skipIf(reason)(`${name}${reason ? ` (${reason})` : ''}`, () => {
    sandboxContract(stateDir => selectSandbox({ stateDir, prefer: name }))
  })
}
