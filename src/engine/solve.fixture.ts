import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCache } from '../cache/index.ts'
import { parseIgnore } from '../dockerfile/index.ts'
import { hostPlatform } from '../oci/index.ts'
import type { BuildPlan, CopyOp, ExecOp, FilesPart, Op, Vertex } from '../plan/index.ts'
import type { ProgressEvent } from '../progress/index.ts'
import type { Sandbox } from '../runtime/index.ts'
import { openOverlaySnapshotter } from '../snapshot/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { ContextTree } from './context-tree.ts'
import type { ContextSource, EngineEnvironment, SolveOptions } from './environment.ts'

/** A sandbox whose runs the test ends: what has been started, and how each is to end. */
export class HandSandbox implements Sandbox {
  readonly name = 'by hand'
  readonly seccomp = false
  readonly pinsTargets = true
  readonly started: string[] = []
  readonly #ends = new Map<string, PromiseWithResolvers<number>>()
  #changed = Promise.withResolvers<void>()

  async run(...[, spec, , signal]: Parameters<Sandbox['run']>): Promise<{ code: number }> {
    const name = spec.args.join(' ')
    this.started.push(name)
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
    const aborted = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    return { code: await Promise.race([this.#end(name).promise, aborted]) }
  }

  finish(name: string, code = 0): void {
    this.#end(name).resolve(code)
  }

  /** Resolves when so many runs have been started. */
  async until(count: number): Promise<void> {
    while (this.started.length < count) await this.#changed.promise
  }

  #end(name: string): PromiseWithResolvers<number> {
    const end = this.#ends.get(name) ?? Promise.withResolvers<number>()
    this.#ends.set(name, end)
    return end
  }
}

/** A real store and overlay snapshots in a temporary folder. */
export interface EngineBench extends AsyncDisposable {
  readonly directory: string
  readonly store: Store
  readonly sandbox: HandSandbox
  readonly environment: EngineEnvironment
  readonly events: ProgressEvent[]
  options(more?: Partial<SolveOptions>): SolveOptions
}

export async function openEngineBench(): Promise<EngineBench> {
  const directory = mkdtempSync(join(tmpdir(), 'tare-test-'))
  const store = await openStore({ root: join(directory, 'store') })
  const snapshotter = openOverlaySnapshotter({
    db: store.db,
    directory: join(store.root, 'snapshots'),
    leaseId: () => store.lease().id,
  })
  const sandbox = new HandSandbox()
  const events: ProgressEvent[] = []
  const refuse = (): Promise<never> => Promise.reject(new Error('not in this test'))
  const environment: EngineEnvironment = {
    snapshotter,
    cache: openCache(store.db),
    fileDigests: store.fileDigests,
    sandbox: async () => sandbox,
    unpackImage: refuse,
    fetchUrl: refuse,
    resolveGit: refuse,
    contexts: new Map([['context', localContext(join(directory, 'context'))]]),
    hold: snapshot => store.lease().hold('snapshot', snapshot.id),
    cacheMounts: store.cacheMounts,
    secret: async () => undefined,
    sshAgent: () => undefined,
    filter: () => {
      throw new Error('not in this test')
    },
    scratch: directory,
  }
  return {
    directory,
    store,
    sandbox,
    environment,
    events,
    options: more => ({
      file: { name: 'Dockerfile', lines: [] },
      jobs: 4,
      noCache: false,
      epoch: undefined,
      onProgress: event => events.push(event),
      signal: new AbortController().signal,
      firstVertexId: 0,
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      await store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A directory as a build context. */
export function localContext(directory: string): ContextSource {
  return { remote: false, load: async () => new ContextTree(directory, parseIgnore('')) }
}

export function execOp(name: string, scratch = true): ExecOp {
  return {
    type: 'exec',
    scratch,
    args: [name],
    env: [],
    proxyEnv: [],
    cwd: '/',
    user: undefined,
    network: 'default',
    security: 'sandbox',
    hostname: undefined,
  }
}

export function writeOp(path: string, content: string, scratch = true): CopyOp {
  return { ...COPY, scratch, parts: [{ kind: 'inline', name: 'file', content }], destination: path }
}

/** Without further inputs `pattern` is of the vertex's only one. */
export function copyOp(pattern: string, destination: string, more: Partial<CopyOp & FilesPart> = {}): CopyOp {
  const { scratch = true, input = scratch ? 0 : 1, fromContext = true, ...rest } = more
  const sources = [{ pattern, wildcard: false, original: pattern }]
  const parts: FilesPart[] = [{ kind: 'files', input, sources, unpackArchives: false, fromContext }]
  return { ...COPY, scratch, parts, destination, ...rest }
}

const COPY: CopyOp = {
  type: 'copy',
  scratch: true,
  parts: [],
  destination: '/',
  chown: undefined,
  chmod: undefined,
  excludes: [],
  link: false,
}

/** A plan of ops with their inputs; the last one is the target. */
export function planOf(...ops: readonly (readonly [Op, ...number[]])[]): BuildPlan {
  const platform = hostPlatform()
  const vertices = ops.map(([op, ...inputs], index): Vertex => {
    return {
      index,
      op,
      inputs,
      platform,
      label: { stage: 's', step: index + 1, total: ops.length, text: `op ${index}`, range: undefined },
    }
  })
  return {
    platform,
    vertices,
    target: vertices.length - 1,
    targetStage: 's',
    base: undefined,
    config: { os: platform.os, architecture: platform.architecture },
    history: vertices.map(({ index }) => ({ createdBy: `op ${index}`, vertex: index, comment: undefined })),
    stages: [{ name: 's', inImage: true, vertices: vertices.map(vertex => vertex.index) }],
    warnings: [],
  }
}
