import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openRegistry } from './open.ts'
import type { Registry, RegistryOptions } from './registry.ts'

/** A home of its own for a test: no credentials and no registries.conf but what the test writes there. */
export interface TestHome extends AsyncDisposable {
  readonly path: string
  readonly env: Record<string, string>
  /** Writes a file, executable; what is no text becomes JSON. Gives its path. */
  write(name: string, content: unknown): Promise<string>
  /** Closed along with the home. */
  readonly registries: Registry[]
}

export async function testHome(): Promise<TestHome> {
  const path = await mkdtemp(join(tmpdir(), 'tare-registry-test-'))
  const conf = join(path, 'registries.conf')
  await writeFile(conf, '')
  const registries: Registry[] = []
  return {
    path,
    env: { HOME: path, PATH: `${path}:${process.env['PATH']}`, CONTAINERS_REGISTRIES_CONF: conf },
    registries,
    write: async (name, content) => {
      const file = join(path, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o700 })
      return file
    },
    [Symbol.asyncDispose]: async () => {
      for (const registry of registries) await registry[Symbol.asyncDispose]()
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** A client that retries at once. */
export function testRegistry(home: TestHome, more: Partial<RegistryOptions> = {}): Registry {
  const registry = openRegistry({ env: home.env, userAgent: 'tare/test', backoffMs: 1, ...more })
  home.registries.push(registry)
  return registry
}
