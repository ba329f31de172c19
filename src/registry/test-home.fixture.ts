import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { openRegistry } from './open.ts'
import type { Registry, RegistryOptions } from './registry.ts'

/** A home of its own for a test: no credentials and no registries.conf but what the test writes there. */
export interface TestHome {
  readonly path: string
  readonly env: Record<string, string>
  write(name: string, content: unknown): Promise<string>
}

const open: { path: string; registries: Registry[] }[] = []

export async function testHome(): Promise<TestHome> {
  const path = await mkdtemp(join(tmpdir(), 'tare-registry-test-'))
  open.push({ path, registries: [] })
  const env: Record<string, string> = { HOME: path, PATH: `${path}:${process.env['PATH']}` }
  const conf = join(path, 'registries.conf')
  await writeFile(conf, '')
  env['CONTAINERS_REGISTRIES_CONF'] = conf
  return {
    path,
    env,
    write: async (name, content) => {
      const file = join(path, name)
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o700 })
      return file
    },
  }
}

/** A client that retries at once. Closed after the test. */
export function testRegistry(home: TestHome, more: Partial<RegistryOptions> = {}): Registry {
  const registry = openRegistry({ env: home.env, userAgent: 'tare/test', backoffMs: 1, ...more })
  open.find(entry => entry.path === home.path)?.registries.push(registry)
  return registry
}

afterEach(async () => {
  for (const { path, registries } of open.splice(0)) {
    for (const registry of registries) await registry[Symbol.asyncDispose]()
    await rm(path, { recursive: true, force: true })
  }
})
