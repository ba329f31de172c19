import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeText } from '../../base/text.ts'
import { type ExecOp, SCRIPT_FOLDER } from '../../plan/index.ts'
import type { SandboxMount } from '../../runtime/index.ts'

/** The inline script of a RUN, executable, in a folder of its own: /dev is the sandbox's, so nothing of it gets into the layer. */
export function scriptMounts({ script }: ExecOp, scratch: string): SandboxMount[] {
  if (!script) return []
  const source = mkdtempSync(join(scratch, 'script-'))
  writeFileSync(join(source, script.name), encodeText(script.content))
  chmodSync(join(source, script.name), 0o755)
  chmodSync(source, 0o755)
  return [{ type: 'bind', source, destination: SCRIPT_FOLDER, readOnly: true }]
}
