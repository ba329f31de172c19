import { describe, expect, it } from 'vitest'
import type { GitAddress } from '../base/git-address.ts'
import { type Digest, digestOf } from '../oci/index.ts'
import type { CopyOp, ExecOp, FilesPart, HttpOp, InlinePart, Op, PlannedMount, Vertex } from '../plan/index.ts'
import type { ContentRecord } from './content.ts'
import {
  type CacheKey,
  type KeyContent,
  type KeyInput,
  linkKeys,
  placeKeys,
  storedRecord,
  validatedKey,
  vertexKeys,
} from './keys.ts'

const ROOT: KeyInput = { key: digestOf('root key'), chainId: digestOf('root chain') }
const SOURCE: KeyInput = { key: digestOf('source key') }
const CONTEXT: KeyInput = { key: undefined }
const CONTENT: ContentRecord = { digest: digestOf('files'), entries: 1 }
const FILES: KeyContent = { files: CONTENT }

const EXEC: ExecOp = {
  type: 'exec',
  scratch: false,
  args: ['/bin/sh', '-c', 'go build'],
  env: ['PATH=/bin', 'A=1'],
  proxyEnv: [],
  cwd: '/src',
  user: undefined,
  network: 'default',
  security: 'sandbox',
  hostname: undefined,
}
const PART: FilesPart = {
  kind: 'files',
  input: 1,
  sources: [{ pattern: 'go.*', wildcard: true, original: 'go.*' }],
  unpackArchives: false,
  fromContext: true,
}
const BIND: PlannedMount = { type: 'bind', target: '/m', input: 1, source: '/x', readOnly: true, byContent: true }
const COPY: CopyOp = {
  type: 'copy',
  scratch: false,
  parts: [PART],
  destination: '/src/',
  chown: undefined,
  chmod: undefined,
  excludes: [],
  link: false,
}

function withPart(change: Partial<FilesPart>): Pick<CopyOp, 'parts'> {
  return { parts: [{ ...PART, ...change }] }
}

function inline(name: string, content: string): InlinePart {
  return { kind: 'inline', name, content }
}

function vertex(op: Op, change: Partial<Vertex> = {}): Vertex {
  const label = { stage: 'build', step: 2, total: 3, text: 'RUN go build', range: { startLine: 2, endLine: 2 } }
  return { index: 1, op, inputs: [0], platform: { os: 'linux', architecture: 'amd64' }, label, ...change }
}

function same(a: readonly CacheKey[], b: readonly CacheKey[]): boolean {
  return a.some(({ key }) => b.some(other => other.key === key))
}

describe('what counts of a RUN', () => {
  const before = vertexKeys(vertex(EXEC), [ROOT])
  const arm: Vertex['platform'] = { os: 'linux', architecture: 'arm64' }
  it.each<[string, boolean, readonly CacheKey[]]>([
    ['nothing', false, vertexKeys(vertex(EXEC), [ROOT])],
    [
      'step number and count',
      false,
      vertexKeys(vertex(EXEC, { label: { ...vertex(EXEC).label, step: 3, total: 9 } }), [ROOT]),
    ],
    ['stage name', false, vertexKeys(vertex(EXEC, { label: { ...vertex(EXEC).label, stage: 'other' } }), [ROOT])],
    ['line', false, vertexKeys(vertex(EXEC, { label: { ...vertex(EXEC).label, range: undefined } }), [ROOT])],
    ['place in the plan', false, vertexKeys(vertex(EXEC, { index: 7, inputs: [4] }), [ROOT])],
    ['proxy', false, vertexKeys(vertex({ ...EXEC, proxyEnv: ['HTTP_PROXY=http://p'] }), [ROOT])],
    ['command', true, vertexKeys(vertex({ ...EXEC, args: ['/bin/sh', '-c', 'go  build'] }), [ROOT])],
    ['shell', true, vertexKeys(vertex({ ...EXEC, args: ['/bin/bash', '-c', 'go build'] }), [ROOT])],
    ['words apart', true, vertexKeys(vertex({ ...EXEC, args: ['/bin/sh', '-c go build'] }), [ROOT])],
    ['a variable', true, vertexKeys(vertex({ ...EXEC, env: ['PATH=/bin', 'A=2'] }), [ROOT])],
    ['a further variable', true, vertexKeys(vertex({ ...EXEC, env: [...EXEC.env, 'B='] }), [ROOT])],
    [
      'order of variables, which `env` shows',
      true,
      vertexKeys(vertex({ ...EXEC, env: [...EXEC.env].reverse() }), [ROOT]),
    ],
    ['folder', true, vertexKeys(vertex({ ...EXEC, cwd: '/' }), [ROOT])],
    ['user', true, vertexKeys(vertex({ ...EXEC, user: 'app' }), [ROOT])],
    ['network', true, vertexKeys(vertex({ ...EXEC, network: 'none' }), [ROOT])],
    ['security', true, vertexKeys(vertex({ ...EXEC, security: 'insecure' }), [ROOT])],
    ['host name', true, vertexKeys(vertex({ ...EXEC, hostname: 'h' }), [ROOT])],
    ['platform', true, vertexKeys(vertex(EXEC, { platform: arm }), [ROOT])],
    ['epoch', true, vertexKeys(vertex(EXEC), [ROOT], { epoch: 1 })],
    ['root, by key and by content', true, vertexKeys(vertex(EXEC), [{ key: digestOf('x'), chainId: digestOf('y') }])],
    ['empty root', true, vertexKeys(vertex({ ...EXEC, scratch: true }), [])],
    ['root made again with the same content', false, vertexKeys(vertex(EXEC), [{ ...ROOT, key: digestOf('x') }])],
    ['root of the same key whose content is not known', false, vertexKeys(vertex(EXEC), [{ key: ROOT.key }])],
    [
      'root on demand: the key must not count',
      true,
      vertexKeys(vertex(EXEC), [{ key: undefined, chainId: digestOf('y') }]),
    ],
  ])('%s: %s', (_, counts, after) => {
    expect(same(before, after)).toBe(!counts)
  })
  it('looks up by keys first, then by content', () => {
    expect(before.map(({ record }) => Object.keys(record.inputs))).toEqual([['root'], ['rootChain']])
  })
})

const PARENTS = [{ pattern: '', wildcard: false, original: 'x', below: { pattern: 'x', required: 'x' } }]

describe('what counts of a COPY from the context', () => {
  const keys = (change: Partial<CopyOp>, content = FILES, root = ROOT): CacheKey[] =>
    vertexKeys(vertex({ ...COPY, ...change }), [root, CONTEXT], content)
  const before = keys({})
  it.each<[string, boolean, readonly CacheKey[]]>([
    ['nothing', false, keys({})],
    [
      'how the files were named',
      false,
      keys(withPart({ sources: [{ pattern: 'go.mod', wildcard: false, original: './go.mod' }] })),
    ],
    ['exclusions that exclude nothing', false, keys({ excludes: ['*.md'] })],
    ['mode written with a zero more', true, keys({ chmod: '0755' })],
    ['the files', true, keys({}, { files: { digest: digestOf('others') } })],
    ['destination', true, keys({ destination: '/src' })],
    ['owner', true, keys({ chown: '1:1' })],
    ['mode', true, keys({ chmod: '700' })],
    ['mode in letters', true, keys({ chmod: 'u+x' })],
    ['unpacking', true, keys(withPart({ unpackArchives: true }))],
    ['a further part', true, keys({ parts: [PART, PART] })],
    ['an inline file', true, keys({ parts: [PART, inline('a', '')] })],
    ['--parents, when the files land in the same places', false, keys(withPart({ sources: PARENTS }))],
    ['root', true, keys({}, FILES, { key: digestOf('x'), chainId: digestOf('y') })],
    ['epoch', true, keys({}, { ...FILES, epoch: 0 })],
  ])('%s: %s', (_, counts, after) => {
    expect(same(before, after)).toBe(!counts)
  })
  it('takes 0755 and 755 for one mode', () => {
    expect(same(keys({ chmod: '0755' }), keys({ chmod: '755' }))).toBe(true)
    expect(same(keys({ chmod: '0' }), keys({ chmod: '000' }))).toBe(true)
  })
  it('has no key before the files are read', () => {
    expect(vertexKeys(vertex(COPY), [ROOT, CONTEXT])).toEqual([])
  })
})

describe('a COPY from a stage', () => {
  const op: CopyOp = { ...COPY, ...withPart({ fromContext: false }) }
  it('is found by the key of the stage without reading a file', () => {
    const keys = vertexKeys(vertex(op), [ROOT, SOURCE])
    expect(keys.map(({ record }) => Object.keys(record.inputs))).toEqual([
      ['root', 'source 0'],
      ['rootChain', 'source 0'],
    ])
  })
  it('is found by the files when the stage was rebuilt', () => {
    const one = vertexKeys(vertex(op), [ROOT, SOURCE], FILES)
    const rebuilt = vertexKeys(vertex(op), [ROOT, { key: digestOf('rebuilt') }], FILES)
    expect(same(one.slice(0, 2), rebuilt.slice(0, 2))).toBe(false)
    expect(same(one, rebuilt)).toBe(true)
  })
  it('tell a source that was run again under the same key from what it was before, files aside', () => {
    const [before, again] = ['one', 'two'].map(text => ({ ...SOURCE, chainId: digestOf(text) })) as [KeyInput, KeyInput]
    const op = { ...COPY, ...withPart({ fromContext: false }) }
    const mounting = { ...EXEC, mounts: [BIND] }
    for (const [of, content] of [
      [vertex(op), FILES],
      [vertex(mounting), { mounts: new Map([[1, digestOf('files')]]) }],
    ] as const) {
      expect(same(vertexKeys(of, [ROOT, before]), vertexKeys(of, [ROOT, before]))).toBe(true)
      expect(same(vertexKeys(of, [ROOT, before]), vertexKeys(of, [ROOT, again]))).toBe(false)
      expect(same(vertexKeys(of, [ROOT, before], content), vertexKeys(of, [ROOT, again], content))).toBe(true)
    }
  })

  it('counts the patterns as long as nobody has read the files', () => {
    const others: Partial<CopyOp>[] = [
      withPart({ sources: [{ pattern: 'main.go', wildcard: false, original: 'main.go' }] }),
      withPart({ sources: [{ ...PARENTS[0]!, pattern: 'go.*' }] }),
      { excludes: ['*.md'] },
    ]
    const before = vertexKeys(vertex(op), [ROOT, SOURCE])
    for (const other of others)
      expect(same(before, vertexKeys(vertex({ ...op, ...other }), [ROOT, SOURCE]))).toBe(false)
  })
  it('of several sources needs the keys of all of them', () => {
    const two: CopyOp = { ...op, parts: [PART, { ...PART, input: 2 }] }
    expect(vertexKeys(vertex(two), [ROOT, SOURCE, CONTEXT])).toEqual([])
    const before = vertexKeys(vertex(two), [ROOT, SOURCE, ROOT])
    expect(same(before, vertexKeys(vertex(two), [ROOT, SOURCE, ROOT]))).toBe(true)
    expect(same(before, vertexKeys(vertex(two), [ROOT, ROOT, SOURCE]))).toBe(false)
    const turned: CopyOp = { ...op, parts: [{ ...PART, input: 2 }, PART] }
    expect(same(before, vertexKeys(vertex(turned), [ROOT, SOURCE, ROOT]))).toBe(false)
  })
  it('has the same keys on an empty root as one that is linked', () => {
    const linked: CopyOp = { ...op, scratch: true, link: true, ...withPart({ input: 0 }) }
    const plain: CopyOp = { ...linked, link: false }
    expect(vertexKeys(vertex(linked), [SOURCE])).toEqual(vertexKeys(vertex(plain), [SOURCE]))
    expect(same(linkKeys(ROOT, digestOf('a')), linkKeys(ROOT, digestOf('a')))).toBe(true)
    expect(same(linkKeys(ROOT, digestOf('a')), linkKeys(ROOT, digestOf('b')))).toBe(false)
    expect(same(linkKeys(ROOT, digestOf('a')), linkKeys(SOURCE, digestOf('a')))).toBe(false)
  })
})

describe('the other vertices', () => {
  const image = (id: string, layers: Digest[]): Vertex =>
    vertex({
      type: 'image',
      reference: 'docker.io/library/a:1',
      id: digestOf(id),
      digest: digestOf(id),
      diffIds: layers,
    })
  it('takes an image for its layers', () => {
    const one = vertexKeys(image('1', [digestOf('l')]), [])
    expect(same(one, vertexKeys(image('another configuration', [digestOf('l')]), []))).toBe(true)
    expect(same(one, vertexKeys(image('1', [digestOf('m')]), []))).toBe(false)
    expect(vertexKeys(image('1', []), [])).toHaveLength(1)
  })
  it('gives the context no key', () => {
    expect(vertexKeys(vertex({ type: 'context', name: 'context' }), [])).toEqual([])
  })
  it('takes a download for its content, known beforehand with a checksum', () => {
    const http = (url: string, checksum: Digest | undefined): Vertex =>
      vertex({ type: 'http', url, name: 'f', checksum })
    const sum = digestOf('f')
    expect(vertexKeys(http('http://a/f', undefined), [])).toEqual([])
    expect(same(vertexKeys(http('http://a/f', sum), []), vertexKeys(http('http://b/f', sum), []))).toBe(true)
    expect(
      same(vertexKeys(http('http://a/f', undefined), [], FILES), vertexKeys(http('http://b/f', undefined), [], FILES)),
    ).toBe(true)
  })
  it('takes a Git repository for its commit, and how it is checked out', () => {
    const git = (address: Partial<GitAddress>, commit = '1'): CacheKey[] => {
      const all = { url: 'git://h/r', ref: 'main', ...address } as GitAddress
      return vertexKeys(vertex({ type: 'git', address: all }), [], { commit })
    }
    expect(same(git({}), git({ ref: 'v1' }))).toBe(true)
    expect(same(git({}), git({ credentials: 'me:secret', checksum: '1' }))).toBe(true)
    expect(JSON.stringify(git({ credentials: 'me:secret' }))).not.toContain('secret')
    expect(same(git({}), git({}, '2'))).toBe(false)
    expect(same(git({}), git({ subdir: 'd' }))).toBe(false)
    expect(same(git({}), git({ submodules: false }))).toBe(false)
    expect(same(git({}), git({ keepGitDir: true }))).toBe(false)
    expect(same(git({ keepGitDir: true }), git({ keepGitDir: true, ref: 'v1' }))).toBe(false)
    expect(vertexKeys(vertex({ type: 'git', address: { url: 'git://h/r' } as GitAddress }), [])).toEqual([])
  })
  it('finds what a server said of a URL by the URL, which is in no key', () => {
    const http = (url: string): HttpOp => ({ type: 'http', url, name: 'f', checksum: undefined })
    const key = validatedKey(http('http://me:secret@a/f'))
    expect(JSON.stringify(key)).not.toContain('secret')
    expect(same([key], [validatedKey(http('http://a/f'))])).toBe(false)
  })
  it('counts path and owner of a WORKDIR, and text and name of inline files', () => {
    const mkdir = (path: string, user?: string): CacheKey[] =>
      vertexKeys(vertex({ type: 'mkdir', scratch: false, path, user }), [ROOT])
    const write = (name: string, content: string): CacheKey[] =>
      vertexKeys(vertex({ ...COPY, parts: [inline(name, content)] }), [ROOT])
    expect(same(mkdir('/a'), mkdir('/b'))).toBe(false)
    expect(same(mkdir('/a'), mkdir('/a', 'u'))).toBe(false)
    expect(same(write('a', 'x'), write('a', 'x'))).toBe(true)
    expect(same(write('a', 'x'), write('a', 'y'))).toBe(false)
    expect(same(write('a', 'x'), write('b', 'x'))).toBe(false)
    expect(same(write('a', '\udcff'), write('a', '\\udcff'))).toBe(false)
  })
  it('names the place of a copy by where it lands, whatever the files', () => {
    const place = (op: Partial<CopyOp>, root = ROOT): string[] =>
      placeKeys(vertex({ ...COPY, ...op }), [root, SOURCE], undefined).map(({ key }) => key)
    expect(place(withPart({ sources: [] }))).toEqual(place({}))
    expect(place({ destination: '/elsewhere' })).not.toEqual(place({}))
    expect(place({}, SOURCE)).not.toContain(place({})[0])
    expect(keysWithFiles()).not.toEqual(expect.arrayContaining(place({})))
    expect(placeKeys(vertex(EXEC), [ROOT], undefined)).toEqual([])

    function keysWithFiles(): string[] {
      return vertexKeys(vertex(COPY), [ROOT, SOURCE], FILES).map(({ key }) => key)
    }
  })

  it('keeps the parts of all keys in the record', () => {
    const keys = vertexKeys(vertex(COPY), [ROOT, SOURCE], FILES)
    const record = storedRecord(keys, CONTENT, { step: 'COPY go.* .' })
    expect(record.inputs).toEqual({
      root: ROOT.key,
      rootChain: ROOT.chainId,
      'source 0': SOURCE.key,
      files: CONTENT.digest,
    })
    expect(record.about).toEqual({ step: 'COPY go.* .' })
  })
})
