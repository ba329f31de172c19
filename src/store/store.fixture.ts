import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { type Bytes, type Digest, digestOf, type ImageConfig } from '../oci/index.ts'
import { openStore, type Store } from './index.ts'

/** A store of its own for each test; `store` and `root` are of the running one. */
export interface StoreFixture {
  readonly root: string
  readonly store: Store
  /** Milliseconds since the epoch, as the store sees them. */
  now: number
}

export function useStore(): StoreFixture {
  const fixture = { root: '', store: undefined as unknown as Store, now: 1_700_000_000_000 }
  beforeEach(async () => {
    fixture.root = mkdtempSync(join(tmpdir(), 'tare-store-'))
    fixture.store = await openStore({ root: fixture.root, now: () => fixture.now })
  })
  afterEach(async () => {
    await fixture.store.close()
    rmSync(fixture.root, { recursive: true, force: true })
  })
  return fixture
}

/** A process in which `body` runs with `store`, an open store at `root`. Both outputs are pipes. */
export function storeProcess(root: string, body: string): ChildProcess {
  const code = `import { openStore } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    const store = await openStore({ root: ${JSON.stringify(root)} })
    ${body}`
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] })
}

export async function* bytesOf(...chunks: readonly (string | Uint8Array)[]): Bytes {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

export async function drain(content: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** An image config; another `seed` gives another image. */
export function configBytes(seed: string, diffIds: readonly Digest[] = [], created = '2024-01-02T03:04:05Z'): Buffer {
  const config: ImageConfig = {
    os: 'linux',
    architecture: 'amd64',
    created,
    author: seed,
    rootfs: { type: 'layers', diff_ids: diffIds },
  }
  return Buffer.from(JSON.stringify(config))
}

export const someDigest = (seed: string): Digest => digestOf(seed)
