import { describe, expect, it } from 'vitest'
import { digestOf } from '../oci/index.ts'
import type { CopyOp, FilesPart } from './graph.ts'
import { AMD64, FakeImages, opsOf, plan, stepName } from './planning.fixture.ts'

const PLAIN = 'FROM example/plain:1\n'

describe('the graph', () => {
  it('puts inputs before their users and survives JSON', async () => {
    const built = await plan(
      `FROM example/plain:1 AS a\nRUN a\nFROM example/plain:1\nCOPY f /f\nCOPY --from=a /a /b\nRUN b\n`,
    )
    for (const { index, inputs } of built.vertices) for (const input of inputs) expect(input).toBeLessThan(index)
    expect(built.vertices.map(({ op }) => op.type)).toEqual(['image', 'exec', 'context', 'copy', 'copy', 'exec'])
    expect(built.vertices.map(({ inputs }) => inputs)).toEqual([[], [0], [], [0, 2], [3, 1], [4]])
    expect(built.target).toBe(5)
    expect(JSON.parse(JSON.stringify(built)).vertices).toHaveLength(6)
  })
  it('leaves out stages that the target does not need, and does not look their images up', async () => {
    const images = new FakeImages()
    const text =
      'FROM example/plain:1 AS a\nRUN a\nFROM nowhere/x:1 AS b\nRUN --mount=type=cache,target=/c b\nFROM a\nRUN c\n'
    const built = await plan(text, {}, images)
    expect(built.vertices.map(stepName)).toEqual([
      '[a 1/2] FROM docker.io/example/plain:1',
      '[a 2/2] RUN a',
      '[stage-2 1/1] RUN c',
    ])
    expect(images.asked).toEqual(['example/plain:1 linux/amd64'])
    expect(built.stages).toEqual([
      { name: 'a', inImage: true, vertices: [0, 1] },
      { name: 'stage-2', inImage: true, vertices: [2] },
    ])
  })
  it('says which stages are in the image', async () => {
    const built = await plan('FROM example/plain:1 AS build\nRUN b\nFROM scratch\nCOPY --from=build /b /b\n')
    expect(built.stages.map(({ name, inImage }) => [name, inImage])).toEqual([
      ['build', false],
      ['stage-1', true],
    ])
    expect(built.base).toBeUndefined()
  })
  it('has no target vertex for an empty image, and the image itself for a bare FROM', async () => {
    expect((await plan('FROM scratch\nENV A=1\n')).target).toBeUndefined()
    expect((await plan(PLAIN)).target).toBe(0)
  })
  it('runs on scratch without a root', async () => {
    const built = await plan('FROM scratch\nRUN ls\nWORKDIR /a\n')
    expect(built.vertices.map(({ op, inputs }) => [op.type, 'scratch' in op && op.scratch, inputs])).toEqual([
      ['exec', true, []],
      ['mkdir', false, [0]],
    ])
  })
  it('asks for each image once, for the platform of its stage', async () => {
    const images = new FakeImages()
    const text = `FROM --platform=linux/arm64 example/plain:1 AS a\nRUN a\nFROM example/plain:1 AS b\nFROM example/plain:1\nCOPY --from=a /a /\nCOPY --from=b /a /\n`
    const built = await plan(text, {}, images)
    expect(images.asked.sort()).toEqual(['example/plain:1 linux/amd64', 'example/plain:1 linux/arm64'])
    expect(built.vertices[1]).toMatchObject({ op: { type: 'exec' }, platform: { architecture: 'arm64' } })
    expect(built.config.architecture).toBe('amd64')
  })
  it('goes on finding images and stages through triggers', async () => {
    const trigger = {
      'docker.io/library/t:1': { OnBuild: ['COPY --from=example/plain:1 /a /b', 'COPY --from=late /c /d'] },
    }
    const images = new FakeImages(false, trigger)
    const built = await plan('FROM scratch AS late\nCOPY f /c\nFROM t:1\n', {}, images)
    expect(images.asked).toEqual(['t:1 linux/amd64', 'example/plain:1 linux/amd64'])
    expect(built.stages.map(({ name }) => name)).toEqual(['late', 'stage-1'])
    expect(built.config.config?.OnBuild).toBeUndefined()
  })
  it('builds for another platform', async () => {
    const platform = { os: 'linux', architecture: 'arm', variant: 'v7' }
    const text =
      'FROM --platform=$BUILDPLATFORM example/plain:1 AS b\nARG TARGETPLATFORM\nRUN $TARGETPLATFORM\nFROM scratch\nCOPY --from=b / /\n'
    const built = await plan(text, { platform, buildPlatform: AMD64 })
    expect(built.config).toMatchObject({ os: 'linux', architecture: 'arm', variant: 'v7' })
    expect(opsOf(built, 'exec')[0]?.env).toContain('TARGETPLATFORM=linux/arm/v7')
    expect(built.vertices[0]?.platform).toEqual(AMD64)
  })
})

describe('RUN', () => {
  it('gets ENV and ARG, user, folder and network, and proxies apart', async () => {
    const text = `${PLAIN}ARG V=1\nENV W=2\nUSER app:staff\nWORKDIR /src\nRUN --network=none make\n`
    const built = await plan(text, { buildArgs: { https_proxy: 'http://p', BUILDKIT_SANDBOX_HOSTNAME: 'box' } })
    expect(opsOf(built, 'exec')).toEqual([
      {
        type: 'exec',
        scratch: false,
        args: ['/bin/sh', '-c', 'make'],
        env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'V=1', 'W=2'],
        proxyEnv: ['HTTPS_PROXY=http://p', 'https_proxy=http://p'],
        cwd: '/src',
        user: 'app:staff',
        network: 'none',
        security: 'sandbox',
        hostname: 'box',
      },
    ])
    expect(opsOf(built, 'mkdir')).toEqual([{ type: 'mkdir', scratch: false, path: '/src', user: 'app:staff' }])
  })
  it('counts an ARG only from where it stands', async () => {
    const built = await plan(`${PLAIN}RUN one\nARG V\nRUN two\n`, { buildArgs: { V: 'x' } })
    expect(opsOf(built, 'exec').map(({ env }) => env.includes('V=x'))).toEqual([false, true])
  })
  it('takes the network of the build unless it names its own', async () => {
    const built = await plan(`${PLAIN}RUN a\nRUN --network=host b\n`, { network: 'none' })
    expect(opsOf(built, 'exec').map(({ network }) => network)).toEqual(['none', 'host'])
  })
  it('hands inline scripts to the shell', async () => {
    const built = await plan(
      `${PLAIN}SHELL ["/bin/bash", "-c"]\nRUN <<EOF\n\n  a $X\nb\nEOF\nRUN python3 <<-EOF\n\tprint()\n\tEOF\n`,
    )
    expect(opsOf(built, 'exec').map(({ args }) => args)).toEqual([
      ['/bin/bash', '-c', '\n  a $X\nb\n'],
      ['/bin/bash', '-c', 'python3 <<-EOF\n\tprint()\nEOF'],
    ])
    expect(built.vertices.map(stepName)).toContain('[2/3] RUN <<EOF (a $X...)')
  })
})

describe('step names of RUN', () => {
  it.each([
    ['RUN echo $X "$X" \'$X\' \\$X $NONE', 'RUN echo 1 "1" \'$X\' $X $NONE'],
    ["RUN sed 's/\\(a\\)/\\1/'", "RUN sed 's/\\(a\\)/\\1/'"],
    ["RUN <<EOF\necho $X '$X'\nEOF", "RUN <<EOF (echo 1 '$X')"],
  ])('%s', async (line, name) => {
    const built = await plan(`${PLAIN}ENV X=1\n${line}\n`)
    expect(built.vertices.at(-1)?.label.text).toBe(name)
  })
})

describe('RUN with an interpreter line', () => {
  it('executes the script from where BuildKit puts it', async () => {
    const [op] = opsOf(await plan(`${PLAIN}RUN <<-EOF\n\t#!/usr/bin/env python3\n\tprint()\nEOF\n`), 'exec')
    expect(op?.args).toEqual(['/bin/sh', '-c', '/dev/pipes/EOF'])
    expect(op?.script).toEqual({ name: 'EOF', content: '#!/usr/bin/env python3\nprint()\n' })
  })
})

describe('COPY and ADD', () => {
  const copy = async (line: string, before = ''): Promise<CopyOp> => {
    const [op] = opsOf(await plan(`${PLAIN}${before}${line}\n`), 'copy')
    if (!op) throw new Error('no copy in the plan')
    return op
  }
  const files = async (line: string, before = ''): Promise<FilesPart> =>
    (await copy(line, before)).parts.find(part => part.kind === 'files') as FilesPart
  it.each([
    ['COPY f /a', 'WORKDIR /w', '/a'],
    ['COPY f /a/', 'WORKDIR /w', '/a/'],
    ['COPY f a', 'WORKDIR /w', '/w/a'],
    ['COPY f a/', 'WORKDIR /w', '/w/a/'],
    ['COPY f .', 'WORKDIR /w', '/w/'],
    ['COPY f ./', 'WORKDIR /w', '/w/'],
    ['COPY f ..', 'WORKDIR /w/x', '/w/'],
    ['COPY f ../../../..', 'WORKDIR /w', '/'],
    ['COPY f "."', '', '/'],
    ['COPY f /', 'WORKDIR /w', '/'],
    ['COPY f //a//b', 'WORKDIR /w', '/a/b'],
    ['COPY f /a/.', 'WORKDIR /w', '/a/'],
    ['COPY f $NONE', 'WORKDIR /w', '/w/'],
    ['COPY f a.', 'WORKDIR /w', '/w/a.'],
  ])('%s under %s lands at %s', async (line, before, destination) => {
    expect((await copy(line, `${before}\n`)).destination).toBe(destination)
  })
  it.each([
    ['COPY . /x', '', false],
    ['COPY / /x', '', false],
    ['COPY ./a/../b/ /x', 'b', false],
    ['COPY /a /x', 'a', false],
    ['COPY *.go /x/', '*.go', true],
    ['COPY a\\\\*b /x/', 'a\\*b', false],
    ['COPY ["a b", "/x"]', 'a b', false],
    ['COPY --from=example/plain:1 ../../etc/passwd /x', 'etc/passwd', false],
    ['COPY ../a /x', 'a', false],
    ['COPY --parents a/b /x', '', false],
    ['COPY --parents a*/./b /x', 'a*', true],
  ])('%s takes %s', async (line, pattern, wildcard) => {
    expect((await files(line)).sources).toEqual([expect.objectContaining({ pattern, wildcard })])
  })
  it('carries flags, expanded', async () => {
    const op = await copy('COPY --chown=$U:g --chmod=0$M --link --exclude=*.$X a b /d/', 'ARG U=u M=644 X=md\n')
    expect(op).toMatchObject({
      chown: 'u:g',
      chmod: '0644',
      link: false,
      excludes: ['*.md'],
      parts: [{ kind: 'files', input: 1, fromContext: true, unpackArchives: false }],
    })
  })
  it('unpacks archives with ADD unless told not to', async () => {
    expect((await files('ADD a.tar /')).unpackArchives).toBe(true)
    expect((await files('ADD --unpack=false a.tar /')).unpackArchives).toBe(false)
  })
  it('knows where the sources come from', async () => {
    expect((await files('COPY --from=example/plain:1 a /')).fromContext).toBe(false)
    expect((await files('COPY a /')).fromContext).toBe(true)
  })
  it('downloads with ADD', async () => {
    const sum = digestOf('x')
    const built = await plan(
      `${PLAIN}ADD --checksum=${sum} --chmod=755 https://host.example/d/tool%20v1.tgz?x=1#y /bin/\n`,
    )
    expect(opsOf(built, 'http')).toEqual([
      { type: 'http', url: 'https://host.example/d/tool%20v1.tgz?x=1#y', name: 'tool v1.tgz', checksum: sum },
    ])
    expect(opsOf(built, 'copy')[0]).toMatchObject({
      parts: [{ sources: [{ pattern: 'tool v1.tgz', wildcard: false }], unpackArchives: false }],
      destination: '/bin/',
      chmod: '755',
    })
    expect(built.history).toHaveLength(1)
  })
  it.each([
    ['http://h.example', '__unnamed__'],
    ['http://h.example/a/', 'a'],
    ['http://h.example/..%2f..%2fetc', 'etc'],
    ['http://h.example/%2e%2e', '__unnamed__'],
    ['http://h.example/a%00b', '__unnamed__'],
  ])('names the download of %s %s', async (url, name) => {
    expect(opsOf(await plan(`${PLAIN}ADD ${url} /d/\n`), 'http')[0]?.name).toBe(name)
  })
  it('takes the name of a download literally', async () => {
    const { sources } = await files('ADD http://h.example/a*[b] /d/')
    expect(sources).toEqual([{ pattern: 'a*[b]', wildcard: false, original: 'a*[b]' }])
  })
  it('writes inline files, expanded unless quoted', async () => {
    const built = await plan(`${PLAIN}ARG V=1\nCOPY --chmod=600 <<A <<"B" /d/\nx $V "q" \\$V\nA\ny $V\nB\n`)
    expect(opsOf(built, 'copy')[0]).toMatchObject({
      scratch: false,
      parts: [
        { kind: 'inline', name: 'A', content: 'x 1 "q" $V\n' },
        { kind: 'inline', name: 'B', content: 'y $V\n' },
      ],
      destination: '/d/',
      chmod: '600',
    })
  })
  it('makes one step of files, downloads and inline files, files of one place in a row being one part', async () => {
    const built = await plan(`${PLAIN}ADD f g http://h.example/g h <<H /d/\nh\nH\n`)
    expect(built.vertices.map(({ op }) => op.type)).toEqual(['image', 'context', 'http', 'copy'])
    const [op] = opsOf(built, 'copy')
    const parts = op?.parts.map(part => (part.kind === 'files' ? [part.input, part.sources.length] : part.name))
    expect(parts).toEqual([[1, 2], [2, 1], [1, 1], 'H'])
    expect(built.vertices[3]?.inputs).toEqual([0, 1, 2])
    expect(built.history.map(({ createdBy }) => createdBy)).toEqual(['ADD f g http://h.example/g h <<H /d/ # buildkit'])
  })
  it.each([
    ['COPY --parents a/b/c /x', 'a/b/c', 'a/b/c'],
    ['COPY --parents /a/./b/c /x', 'b/c', 'a/b/c'],
    ['COPY --parents ./a/b /x', 'a/b', 'a/b'],
    ['COPY --parents a/./b/./c /x', 'b/c', 'a/b/c'],
    ['COPY --parents a/**/c /x', 'a/**/c', undefined],
    ['COPY --parents a*/./c /x', 'c', undefined],
    ['COPY --parents a/. /x', 'a', 'a'],
  ])('%s takes %s and needs %s', async (line, pattern, required) => {
    expect((await files(line)).sources[0]?.below).toEqual({ pattern, required })
  })
  it('takes the root as a source for an input of its own', async () => {
    const built = await plan('FROM example/plain:1 AS a\nFROM a\nCOPY --from=a f g /d/\n')
    const [op] = opsOf(built, 'copy')
    expect(op?.parts).toMatchObject([{ input: 1, sources: [{ pattern: 'f' }, { pattern: 'g' }] }])
    expect(built.vertices.at(-1)?.inputs).toEqual([0, 0])
  })
  it('links unless it has to look into the root', async () => {
    const links = ['--link', '--link --chown=1', '--link --chown=1:2', '--link --chown=app', '--link --chmod=644']
    const linked = await Promise.all(links.map(async flags => (await copy(`COPY ${flags} a /`)).link))
    expect(linked).toEqual([true, true, true, false, false])
  })
})

describe('warnings', () => {
  it('tells of build arguments that nothing declares', async () => {
    const buildArgs = { USED: '1', UNUSED: '2', HTTP_PROXY: 'p', TARGETARCH: 'x', SOURCE_DATE_EPOCH: '0' }
    const { warnings } = await plan(`${PLAIN}ARG USED\n`, { buildArgs })
    expect(warnings).toEqual([
      { code: 'UnusedBuildArgument', message: '--build-arg UNUSED is not used: no ARG declares it', range: undefined },
    ])
  })
  it('takes the last of stages with one name', async () => {
    const built = await plan(
      'FROM scratch AS a\nCOPY one /\nFROM scratch AS a\nCOPY two /\nFROM scratch\nCOPY --from=a / /\n',
    )
    const sources = opsOf(built, 'copy').flatMap(({ parts }) =>
      parts.flatMap(p => (p.kind === 'files' ? p.sources : [])),
    )
    expect(sources.map(({ original }) => original)).toEqual(['two', '/'])
  })
})
