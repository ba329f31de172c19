import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new directory that is gone when it is disposed of. */
export class TempDir {
  readonly path: string

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'tare-test-'))
  }

  /** A new directory in it. */
  dir(name: string): string {
    const path = join(this.path, name)
    mkdirSync(path, { mode: 0o755 })
    return path
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
