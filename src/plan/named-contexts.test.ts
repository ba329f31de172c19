import { describe, expect, it } from 'vitest'
import { contextName, type NamedContext } from './named-contexts.ts'
import type { PlanResolver } from './plan-options.ts'
import { FakeImages, failure, opsOf, plan, stepName } from './planning.fixture.ts'

const FILES: NamedContext = { type: 'files', step: '[context files] load from client' }
const image = (reference: string): NamedContext => ({ type: 'image', reference, step: `[context x] ${reference}` })
const given = (contexts: Readonly<Record<string, NamedContext>>) => ({ contexts: new Map(Object.entries(contexts)) })

describe('the names of contexts', () => {
  it.each([
    ['alpine', 'alpine'],
    ['alpine:latest', 'alpine'],
    ['docker.io/library/alpine:latest', 'alpine'],
    ['index.docker.io/library/alpine', 'alpine'],
    ['alpine:3', 'alpine:3'],
    ['ghcr.io/me/app:latest', 'ghcr.io/me/app'],
    ['me/app', 'me/app'],
  ])('%s is %s', (text, name) => expect(contextName(text)).toBe(name))

  it.each(['', 'Alpine', 'a::linux/amd64', 'a b'])('%j is none', text => {
    expect(() => contextName(text)).toThrow(expect.objectContaining({ code: 'OCI_INVALID_REFERENCE' }))
  })

  it.each(['FROM alpine', 'FROM alpine:latest', 'FROM docker.io/library/alpine', 'ARG A=alpine\nFROM $A'])(
    '%s finds the context alpine',
    async text => {
      const images = new FakeImages()
      const built = await plan(`${text}\nCOPY a /`, given({ alpine: FILES }), images)
      expect(images.asked).toEqual([])
      expect(opsOf(built, 'context').map(({ name }) => name)).toEqual(['alpine', 'context'])
    },
  )

  it('another tag is another name', async () => {
    const images = new FakeImages(true)
    await plan('FROM alpine:3\nCOPY a /', given({ alpine: FILES }), images)
    expect(images.asked).toEqual(['alpine:3 linux/amd64'])
  })

  it('scratch and context mean what they always mean', async () => {
    const text = (name: string): string => `FROM scratch\nCOPY --from=${name} a /`
    const read = async (name: string) =>
      opsOf(await plan(text(name), given({ [name]: FILES }), new FakeImages(true)), 'context')
    expect(await read('scratch')).toEqual([])
    expect(await read('context')).toEqual([])
    expect(await read('files')).toHaveLength(1)
  })
})

describe('a context of files', () => {
  it('is a root that FROM begins with, its layer first in the history', async () => {
    const built = await plan('FROM files\nCOPY a /', given({ files: FILES }))
    expect(built.vertices.map(stepName)).toEqual([
      '[context files] load from client',
      'FROM files',
      '[internal] load build context',
      '[1/1] COPY a /',
    ])
    expect(built.history.map(({ createdBy }) => createdBy)).toEqual(['local source for files', 'COPY a / # buildkit'])
    expect(built.config.config).toMatchObject({ WorkingDir: '/', Env: [expect.stringMatching(/^PATH=/)] })
  })

  it('is read by --from and by mounts, once', async () => {
    const built = await plan(
      'FROM scratch\nCOPY --from=files a /\nCOPY --from=files b /\nRUN --mount=from=files,target=/m :',
      given({ files: FILES }),
    )
    expect(opsOf(built, 'context')).toEqual([{ type: 'context', name: 'files' }])
  })
})

describe('a context with the name of a stage', () => {
  const TEXT = 'FROM nothing AS base\nRUN false\nFROM base\nCOPY --from=base a /\nLABEL a=b'

  it('takes its place: nothing of the stage is carried out or looked up', async () => {
    const images = new FakeImages()
    const built = await plan(TEXT, given({ base: FILES }), images)
    expect(images.asked).toEqual([])
    expect(opsOf(built, 'exec')).toEqual([])
    expect(built.config.config).toEqual({ Env: [expect.stringMatching(/^PATH=/)], Labels: { a: 'b' } })
  })

  it('gives its config as it is when it is what is built', async () => {
    const files = await plan(TEXT, { ...given({ base: FILES }), target: 'base' })
    expect(files.config.config).toEqual({})
    const images = await plan(TEXT, { ...given({ base: image('example/triggers:1') }), target: 'base' })
    expect(images.config.config).toMatchObject({ User: 'nobody', Env: ['A=1'] })
    expect(images.history).toEqual([])
  })

  it('comes after stages where FROM names an image', async () => {
    const images = new FakeImages(true)
    const built = await plan('FROM one AS two\nFROM two', given({ two: image('three') }), images)
    expect(images.asked).toEqual(['three linux/amd64'])
    expect(built.base?.config).toBeDefined()
  })
})

describe('a context that is an image', () => {
  it('is looked up by what it is, with its own name, once for each platform', async () => {
    const asked: string[] = []
    const known = new FakeImages(true)
    const images = {
      image: (...[reference, platform, , context]: Parameters<PlanResolver['image']>) => {
        asked.push(`${context}=${reference}`)
        return known.image(reference, platform)
      },
    }
    await plan('FROM golang\nCOPY --from=golang a /', given({ golang: image('example/plain:1') }), images)
    expect(asked).toEqual(['golang=example/plain:1'])
  })

  it('brings its triggers to FROM, and none to a stage that it stands in for', async () => {
    const contexts = given({ x: image('example/triggers:1') })
    expect(opsOf(await plan('FROM x', contexts), 'exec')).toHaveLength(1)
    expect(opsOf(await plan('FROM scratch AS x\nFROM x', contexts), 'exec')).toHaveLength(0)
  })

  it('is looked up only where a stage that is built needs it', async () => {
    const images = new FakeImages()
    await plan('FROM x AS unneeded\nFROM scratch\nCOPY a /', given({ x: image('nothing') }), images)
    expect(images.asked).toEqual([])
  })

  it('that is empty is scratch', async () => {
    const built = await plan('FROM x\nCOPY --from=x a /', given({ x: { type: 'scratch' } }))
    expect(built.base).toBeUndefined()
  })
})

describe('a context that is another stage', () => {
  const stage = (name: string): NamedContext => ({ type: 'stage', stage: name })

  it('stands in for images and stages', async () => {
    const text = 'FROM scratch AS a\nCOPY a /\nFROM nothing AS b\nRUN false\nFROM x\nCOPY --from=b . /b/'
    const built = await plan(text, given({ x: stage('a'), b: stage('A') }))
    expect(opsOf(built, 'exec')).toEqual([])
    expect(built.history.map(({ createdBy }) => createdBy)).toEqual(['COPY a / # buildkit', 'COPY . /b/ # buildkit'])
  })

  it.each([
    ['FROM x', 2],
    ['FROM scratch\nCOPY --from=x a /', 3],
  ])('must stand above: %s', async (lines, line) => {
    const text = `FROM scratch AS first\n${lines}\nFROM scratch AS later`
    const error = await failure(plan(text, { ...given({ x: stage('latter') }), target: '1' }))
    expect(error).toMatchObject({ code: 'PLAN_UNKNOWN_STAGE', at: { range: { startLine: line } } })
  })

  it('cannot be the stage itself', async () => {
    const error = await failure(plan('FROM scratch AS a\nCOPY a /', given({ a: stage('a') })))
    expect(error.code).toBe('PLAN_UNKNOWN_STAGE')
  })
})

describe('contexts that nothing names', () => {
  const warned = async (text: string, contexts: Readonly<Record<string, NamedContext>>): Promise<string[]> =>
    (await plan(text, given(contexts), new FakeImages(true))).warnings.map(({ message }) => message)

  it('are warned of, with what may be meant', async () => {
    expect(await warned('FROM golang\nCOPY a /', { golan: FILES })).toEqual([
      '--build-context golan is not used: no stage, FROM or --from has this name; did you mean golang?',
    ])
  })

  it('are not what only a stage names that is not built, or one that is replaced', async () => {
    const text =
      'FROM a AS one\nRUN --mount=from=b :\nCOPY --from=c x /\nFROM scratch AS two\nCOPY --from=d x /\nFROM scratch'
    expect(await warned(text, { a: FILES, b: FILES, c: FILES, d: FILES, one: FILES, two: FILES })).toEqual([])
  })
})
