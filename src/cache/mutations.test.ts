import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../dockerfile/index.ts'
import { type Digest, digestOf, type ResolvedImage } from '../oci/index.ts'
import { type BuildPlan, type PlanOptions, planBuild, type Vertex } from '../plan/index.ts'
import { type ContentEntry, hashSelection } from './content.ts'
import { vertexKeys } from './keys.ts'

/** Four stages, twelve steps; each step is named in the expectations by the word that ends it. */
const DOCKERFILE = `ARG BASE=golang:1
FROM $BASE AS deps
WORKDIR /src
COPY go.mod go.sum ./
RUN fetch # deps
FROM deps AS build
ARG VERSION=1
COPY main.go .
RUN compile # build
FROM node:20 AS web
ENV MODE=production COLOR=no
WORKDIR /web
COPY --chmod=644 web/ .
RUN bundle # web
FROM scratch
COPY --from=build /src/app /app
COPY --from=web /web/dist /www
WORKDIR /data
ENTRYPOINT ["/app"]
`
const STEPS = [
  'deps:WORKDIR',
  'deps:COPY',
  'deps:RUN',
  'build:COPY',
  'build:RUN',
  'web:WORKDIR',
  'web:COPY',
  'web:RUN',
].concat(['final:COPY /app', 'final:COPY /www', 'final:WORKDIR'])

interface File {
  readonly content: string
  readonly mode: number
}
type Files = Readonly<Record<string, File>>

const FILES: Files = {
  'go.mod': { content: 'module x', mode: 0o644 },
  'go.sum': { content: '', mode: 0o644 },
  'main.go': { content: 'package main', mode: 0o644 },
  'web/index.js': { content: 'x()', mode: 0o600 },
  'README.md': { content: 'read me', mode: 0o644 },
}

interface Mutation {
  readonly dockerfile?: readonly [string | RegExp, string]
  readonly files?: Files
  readonly options?: Partial<PlanOptions>
  readonly layers?: Readonly<Record<string, string>>
}

const DEPS = ['deps:WORKDIR', 'deps:COPY', 'deps:RUN', 'build:COPY', 'build:RUN']
const WEB = ['web:WORKDIR', 'web:COPY', 'web:RUN']
const FINAL = ['final:COPY /app', 'final:COPY /www', 'final:WORKDIR']
const BUILD = ['build:COPY', 'build:RUN', ...FINAL]
const WEB_RESULT = ['final:COPY /www', 'final:WORKDIR']
const FROM_FETCH = ['deps:RUN', ...BUILD]

const MUTATIONS: readonly (readonly [what: string, mutation: Mutation, reruns: readonly string[]])[] = [
  ['nothing', {}, []],
  ['a comment', { dockerfile: ['WORKDIR /src', '# why\nWORKDIR /src'] }, []],
  ['an empty line', { dockerfile: ['WORKDIR /src', '\n\nWORKDIR /src'] }, []],
  ['space around words', { dockerfile: ['COPY main.go .', 'COPY   main.go   .  '] }, []],
  ['keywords in lower case', { dockerfile: ['COPY main.go', 'copy main.go'] }, []],
  ['a stage renamed throughout', { dockerfile: [/(AS |--from=)web/g, '$1front'] }, []],
  ['a stage reached by index', { dockerfile: ['--from=web', '--from=2'] }, []],
  ['an instruction over two lines', { dockerfile: ['go.mod go.sum', 'go.mod \\\n go.sum'] }, []],
  ['sources in another spelling', { dockerfile: ['COPY main.go .', 'COPY ./main.go ./'] }, []],
  ['a destination in another spelling', { dockerfile: ['COPY main.go .', 'COPY main.go /src/'] }, []],
  ['a label', { dockerfile: ['WORKDIR /data', 'LABEL a=b\nWORKDIR /data'] }, []],
  ['an EXPOSE in the middle', { dockerfile: ['COPY main.go', 'EXPOSE 80\nCOPY main.go'] }, []],
  ['the entrypoint', { dockerfile: ['["/app"]', '["/app", "-v"]'] }, []],
  ['a file that nothing copies', { files: { ...FILES, 'README.md': { content: 'changed', mode: 0o644 } } }, []],
  ['a new file that nothing copies', { files: { ...FILES, other: { content: '', mode: 0o644 } } }, []],
  ['a byte of go.sum', { files: { ...FILES, 'go.sum': { content: 'x', mode: 0o644 } } }, ['deps:COPY', ...FROM_FETCH]],
  ['a byte of main.go', { files: { ...FILES, 'main.go': { content: 'x', mode: 0o644 } } }, BUILD],
  ['the mode of main.go', { files: { ...FILES, 'main.go': { content: 'package main', mode: 0o755 } } }, BUILD],
  ['a mode under --chmod', { files: { ...FILES, 'web/index.js': { content: 'x()', mode: 0o644 } } }, []],
  [
    'a byte under --chmod',
    { files: { ...FILES, 'web/index.js': { content: 'y()', mode: 0o600 } } },
    ['web:COPY', 'web:RUN', ...WEB_RESULT],
  ],
  [
    'a new file in a copied folder',
    { files: { ...FILES, 'web/new.js': { content: '', mode: 0o600 } } },
    ['web:COPY', 'web:RUN', ...WEB_RESULT],
  ],
  [
    'a rename in a copied folder',
    { files: { ...without('web/index.js'), 'web/main.js': { content: 'x()', mode: 0o600 } } },
    ['web:COPY', 'web:RUN', ...WEB_RESULT],
  ],
  ['a command', { dockerfile: ['RUN fetch', 'RUN fetch -x'] }, FROM_FETCH],
  ['space within a command', { dockerfile: ['RUN fetch', 'RUN fetch '] }, FROM_FETCH],
  ['an ARG used by a command', { options: { buildArgs: { VERSION: '2' } } }, ['build:RUN', ...FINAL]],
  ['the default of an ARG', { dockerfile: ['VERSION=1', 'VERSION=2'] }, ['build:RUN', ...FINAL]],
  ['an ARG given as its default', { options: { buildArgs: { VERSION: '1' } } }, []],
  ['an ARG that nothing declares', { options: { buildArgs: { OTHER: '2' } } }, []],
  ['an ARG declared after the last command', { dockerfile: ['FROM node', 'ARG LATE=1\nFROM node'] }, []],
  ['an ARG moved above a COPY', { dockerfile: ['ARG VERSION=1\nCOPY main.go .', 'COPY main.go .\nARG VERSION=1'] }, []],
  ['a proxy', { options: { buildArgs: { HTTP_PROXY: 'http://p' } } }, []],
  ['an ENV value', { dockerfile: ['MODE=production', 'MODE=test'] }, ['web:RUN', ...WEB_RESULT]],
  ['ENV order', { dockerfile: ['MODE=production COLOR=no', 'COLOR=no MODE=production'] }, ['web:RUN', ...WEB_RESULT]],
  ['ENV over two instructions', { dockerfile: ['MODE=production COLOR=no', 'MODE=production\nENV COLOR=no'] }, []],
  ['USER before a command', { dockerfile: ['RUN bundle', 'USER node\nRUN bundle'] }, ['web:RUN', ...WEB_RESULT]],
  ['WORKDIR', { dockerfile: ['WORKDIR /web', 'WORKDIR /webs'] }, [...WEB, ...WEB_RESULT]],
  ['SHELL', { dockerfile: ['RUN compile', 'SHELL ["/bin/sh", "-ec"]\nRUN compile'] }, ['build:RUN', ...FINAL]],
  ['network of a command', { dockerfile: ['RUN compile', 'RUN --network=none compile'] }, ['build:RUN', ...FINAL]],
  ['--chown', { dockerfile: ['--chmod=644', '--chmod=644 --chown=1'] }, ['web:COPY', 'web:RUN', ...WEB_RESULT]],
  ['--chmod', { dockerfile: ['--chmod=644', '--chmod=600'] }, ['web:COPY', 'web:RUN', ...WEB_RESULT]],
  ['--chmod with a zero', { dockerfile: ['--chmod=644', '--chmod=0644'] }, []],
  ['--chmod in letters', { dockerfile: ['--chmod=644', '--chmod=a=rX'] }, ['web:COPY', 'web:RUN', ...WEB_RESULT]],
  [
    '--parents',
    { dockerfile: ['COPY --chmod=644', 'COPY --parents --chmod=644'] },
    ['web:COPY', 'web:RUN', ...WEB_RESULT],
  ],
  [
    '--parents with a pivot at the end of the source',
    { dockerfile: ['--chmod=644 web/', '--parents --chmod=644 web/./**'] },
    [],
  ],
  ['--exclude of what is not there', { dockerfile: ['--chmod=644', '--chmod=644 --exclude=.md'] }, []],
  [
    '--exclude of a file',
    { dockerfile: ['--chmod=644', '--chmod=644 --exclude=.js'] },
    ['web:COPY', 'web:RUN', ...WEB_RESULT],
  ],
  ['an inline file more', { dockerfile: ['COPY main.go .', 'COPY main.go <<EOF ./\nEOF'] }, BUILD],
  ['a destination', { dockerfile: ['/dist /www', '/dist /html'] }, WEB_RESULT],
  ['layers of a base', { layers: { 'golang:1': 'rebuilt' } }, [...DEPS, ...FINAL]],
  ['layers of the other base', { layers: { 'node:20': 'rebuilt' } }, [...WEB, ...WEB_RESULT]],
  [
    'a base by another name',
    { options: { buildArgs: { BASE: 'same-as-golang:1' } }, layers: { 'same-as-golang:1': 'golang:1' } },
    [],
  ],
  [
    'the platform of all commands',
    { options: { platform: { os: 'linux', architecture: 'arm64' } } },
    ['deps:RUN', ...BUILD, 'web:RUN'],
  ],
]

function without(name: string): Files {
  return Object.fromEntries(Object.entries(FILES).filter(([each]) => each !== name))
}

/** Which steps' own keys change: what would run again on a store that has the unchanged build. */
describe('one change, and the steps that run again', () => {
  it.each(MUTATIONS)('%s', async (_, mutation, reruns) => {
    const before = await stepKeys({})
    const after = await stepKeys(mutation)
    expect([...before.keys()]).toEqual(STEPS)
    const changed = STEPS.filter((_, i) => [...before.values()][i] !== [...after.values()][i])
    expect(changed).toEqual(STEPS.filter(step => reruns.includes(step)))
  })
})

/** By step name, the key each step has as a child of its inputs' keys. */
async function stepKeys(mutation: Mutation): Promise<Map<string, Digest>> {
  const built = await planMutated(mutation)
  const keys: (Digest | undefined)[] = []
  const named = new Map<string, Digest>()
  for (const vertex of built.vertices) {
    const inputs = vertex.inputs.map(input => ({ key: keys[input] }))
    const files = await hashSelection(select(vertex, mutation.files ?? FILES))
    const [first] = vertexKeys(vertex, inputs, vertex.op.type === 'copy' ? { files } : {})
    keys.push(first?.key)
    if (first && vertex.op.type !== 'image') named.set(nameOf(vertex, named), first.key)
  }
  return named
}

async function planMutated({ dockerfile, options, layers = {} }: Mutation): Promise<BuildPlan> {
  const text = dockerfile ? DOCKERFILE.replace(...dockerfile) : DOCKERFILE
  if (dockerfile && text === DOCKERFILE) throw new Error('the mutation changes nothing')
  const platform = { os: 'linux', architecture: 'amd64' }
  const image = async (reference: string): Promise<ResolvedImage> => {
    const diffIds = [digestOf(layers[reference] ?? reference)]
    const config = { ...platform, rootfs: { type: 'layers' as const, diff_ids: diffIds } }
    return { reference, id: digestOf(reference), platform, config, configBytes: new Uint8Array() }
  }
  return await planBuild(
    parseDockerfile(text),
    { buildArgs: {}, platform, buildPlatform: platform, ...options },
    { image },
  )
}

/** What the engine would select: the context's files below the sources, without owners, and without modes under an octal --chmod. */
function select({ op }: Vertex, files: Files): ContentEntry[] {
  if (op.type !== 'copy') return []
  const sources = op.parts.flatMap(part => (part.kind === 'files' && part.fromContext ? part.sources : []))
  return sources.flatMap(({ pattern, below }) => {
    const wanted = below ? `${pattern}${pattern && '/'}${below.pattern}`.replace(/\/\*\*$/, '') : pattern
    const start = below ? pattern : wanted
    return Object.entries(files)
      .filter(([name]) => name === wanted || name.startsWith(`${wanted}/`))
      .filter(([name]) => !op.excludes.some(exclude => name.endsWith(exclude)))
      .map(([name, file]): ContentEntry => {
        const path = name === start ? name : name.slice(start.length).replace(/^\//, '')
        const mode = op.chmod === undefined || /[a-z]/.test(op.chmod) ? file.mode : undefined
        return { path, type: 'file', mode, digest: digestOf(file.content) }
      })
  })
}

function nameOf({ op, label }: Vertex, taken: ReadonlyMap<string, Digest>): string {
  const stage = label.stage?.startsWith('stage-') ? 'final' : label.stage === 'front' ? 'web' : label.stage
  const name = `${stage}:${label.text.split(' ', 1)[0]?.toUpperCase()}`
  if (stage !== 'final' || op.type !== 'copy') return name
  return taken.has('final:COPY /app') ? 'final:COPY /www' : 'final:COPY /app'
}
