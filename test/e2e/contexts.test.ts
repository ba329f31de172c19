import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runOrThrow } from '../../scripts/command.ts'
import { tareProgram } from '../../scripts/tare.ts'
import { hostPlatform } from '../../src/oci/index.ts'
import { makeTar } from '../../src/testkit/make-tar.ts'
import { writeSampleLayout } from '../support/conformance/sample-layout.ts'
import { type ContextEntry, writeContext } from '../support/context.ts'
import { flattenImage } from '../support/flatten.ts'
import { assertNothingLeft, leftovers } from '../support/leaks.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** BuildKit's answers on the same ground are in test/fixtures/conformance/cases/contexts.txt. */
describe('build contexts', () => {
  let store: TestStore
  let work: ReturnType<typeof tempFolder>
  let folders = 0

  beforeAll(() => {
    store = openTestStore()
    work = tempFolder()
  })
  afterAll(() => {
    work[Symbol.dispose]()
    store[Symbol.dispose]()
  })

  const folder = (files: Readonly<Record<string, ContextEntry>>): string => {
    const path = join(work.path, `folder-${folders++}`)
    mkdirSync(path)
    writeContext(path, files)
    return path
  }
  const build = (args: readonly string[], input?: string | Uint8Array) =>
    store.tare(['build', '--progress', 'plain', ...args], { ...(input === undefined ? {} : { input }) })
  /** The build must succeed; which of its steps were found in the cache, by number. */
  const cached = async (args: readonly string[], input?: string | Uint8Array): Promise<number[]> => {
    const { code, stderr } = await build(args, input)
    expect(code, stderr).toBe(0)
    return [...stderr.matchAll(/^#(\d+) CACHED$/gm)].map(([, number]) => Number(number))
  }
  /** Files and folders of an image. */
  const filesOf = async (image: string): Promise<string[]> => {
    using unpacked = tempFolder()
    const { rootfs } = await flattenImage(store, image, unpacked.path)
    const { stdout } = await runOrThrow('find', [rootfs, '-mindepth', '1', '-printf', '%P\n'])
    return stdout
      .split('\n')
      .filter(name => name !== '')
      .sort()
  }

  describe('by name', () => {
    it('are keyed by what is taken from them, wherever they lie', async () => {
      const main = folder({ Dockerfile: 'FROM scratch\nCOPY --from=files a /\nCOPY --from=files b /\n' })
      const files = folder({ a: 'A', b: 'B', c: 'C' })
      const flags = (path: string): string[] => ['--build-context', `files=${path}`, main]
      expect(await cached(flags(files))).toEqual([])
      utimesSync(join(files, 'a'), 1, 1)
      writeFileSync(join(files, 'c'), 'changed')
      renameSync(files, `${files}-moved`)
      expect(await cached(flags(`${files}-moved`))).toEqual([2, 3])
      writeFileSync(join(`${files}-moved`, 'b'), 'changed')
      expect(await cached(flags(`${files}-moved`))).toEqual([2])
    })

    it('with the same files and different owners on disk are the same', async () => {
      const main = folder({ Dockerfile: 'FROM files\nLABEL owners=same\n' })
      const one = folder({ owned: 'owned' })
      const two = folder({ owned: 'owned' })
      await runOrThrow('chown', ['7:8', join(two, 'owned')])
      await cached(['--build-context', `files=${one}`, main])
      expect(await cached(['--build-context', `files=${two}`, main])).toEqual([2])
    })

    it('that are ignored in part name the rule', async () => {
      const main = folder({ Dockerfile: 'FROM scratch\nCOPY --from=files secret /\n' })
      const files = folder({ secret: 'x', '.dockerignore': '# mine\nsec*\n' })
      const { code, stderr } = await build(['--build-context', `files=${files}`, main])
      expect(code).toBe(1)
      expect(stderr).toContain('It is excluded by .dockerignore, line 2: sec*')
      expect(stderr).toContain('   2 | >>> COPY --from=files secret /')
    })

    it.each([
      ['an image of a layout', 'layout:v1'],
      ['the only image of a layout', 'layout'],
    ])('can be %s', async (_, place) => {
      const main = folder({ Dockerfile: 'FROM golang:1\nCOPY --from=golang:1 from-layout /copied\n', here: 'HERE' })
      writeSampleLayout(join(main, 'layout'), hostPlatform().architecture)
      const { code, stderr } = await build([
        '-t',
        'from-layout',
        '--build-context',
        `golang:1=oci-layout://${main}/${place}`,
        main,
      ])
      expect(code, stderr).toBe(0)
      expect(stderr).toContain('[context golang:1] OCI load from client')
      const inspected = JSON.parse((await store.tare(['inspect', 'from-layout'])).stdout)
      expect(inspected[0].Config.Env).toContain('LAYOUT=yes')
      expect(await filesOf('from-layout')).toEqual(['copied', 'from-layout', 'triggered'])
    })

    it('by a digest that a layout lacks are an error with its line', async () => {
      const main = folder({ Dockerfile: 'FROM golang\n' })
      writeSampleLayout(join(main, 'layout'), hostPlatform().architecture)
      const digest = `sha256:${'0'.repeat(64)}`
      const { code, stderr } = await build(['--build-context', `golang=oci-layout://${main}/layout@${digest}`, main])
      expect(code).toBe(1)
      expect(stderr).toContain(`it has no image ${digest}`)
      expect(stderr).toContain('   1 | >>> FROM golang')
    })

    it('can be another stage', async () => {
      const text =
        'FROM scratch AS debug\nCOPY debug /\nFROM scratch AS build\nCOPY release /\nFROM scratch\nCOPY --from=build . /\n'
      const main = folder({ Dockerfile: text, debug: 'd', release: 'r' })
      expect((await build(['-t', 'swapped', '--build-context', 'build=target:debug', main])).code).toBe(0)
      expect(await filesOf('swapped')).toEqual(['debug'])
    })

    it.each([
      ['files=/nothing', 'failed to get build context files: "/nothing": no such file or directory'],
      ['files=', 'failed to get build context files: "": no such file or directory'],
      ['files=docker-image:busybox', 'Two slashes follow the colon.'],
      ['files=docker-image://', 'invalid build context files=docker-image://'],
      ['files=oci-layout:///nothing', 'failed to get build context files: "/nothing": no such file or directory'],
      [
        'Files=.',
        'invalid context name Files: invalid reference format: repository name (library/Files) must be lowercase',
      ],
      ['scratch=.', 'invalid context name scratch: it means something else in Dockerfiles'],
      ['files', 'invalid context value: files, expected key=value'],
      ['files=https://-bad/x.git', 'a part of it begins with a dash'],
    ])('%s is refused before anything is made', async (value, message) => {
      const empty = openTestStore()
      const main = folder({ Dockerfile: 'FROM scratch\nCOPY --from=files a /\n' })
      const { code, stderr } = await empty.tare(['build', '--build-context', value, main])
      expect(code).toBe(1)
      expect(stderr).toContain(message)
      expect(() => readdirSync(empty.root)).toThrow('ENOENT')
      empty[Symbol.dispose]()
    })

    it('that nothing uses are warned of', async () => {
      const main = folder({ Dockerfile: 'FROM scratch AS builder\nCOPY Dockerfile /\n' })
      const { code, stderr } = await build(['--build-context', `bulder=${main}`, main])
      expect(code).toBe(0)
      expect(stderr).toContain(
        '--build-context bulder is not used: no stage, FROM or --from has this name; did you mean builder?',
      )
    })

    it('never lead out by links', async () => {
      const outside = folder({ secret: 'OUTSIDE' })
      const main = folder({ Dockerfile: 'FROM scratch\nCOPY --from=files link/secret /\n' })
      const files = folder({ link: { link: outside } })
      const through = await build(['--build-context', `files=${files}`, main])
      expect(through.code).toBe(1)
      expect(through.stderr).toContain('"/link/secret" not found')
      writeFileSync(join(main, 'Dockerfile'), 'FROM files\n')
      expect((await build(['-t', 'linked', '--build-context', `files=${files}`, main])).code).toBe(0)
      expect(await filesOf('linked')).toEqual(['link'])
    })
  })

  describe('on standard input', () => {
    const archive = (content: string, owner = 0): Buffer =>
      makeTar([
        { name: 'Dockerfile', content: 'FROM scratch\nCOPY a /\n' },
        { name: 'a', content, uid: owner },
      ])

    it('are keyed by content and owner', async () => {
      expect(await cached(['-'], archive('one'))).toEqual([])
      expect(await cached(['-'], gzipSync(archive('one')))).toEqual([3])
      expect(await cached(['-'], archive('one', 7))).toEqual([])
      expect(await cached(['-'], archive('two'))).toEqual([])
    })

    it('end where the archive breaks off, and leave nothing', async () => {
      const whole = archive('x'.repeat(100_000))
      for (const input of [whole.subarray(0, 50_000), gzipSync(whole).subarray(0, 200)]) {
        const { code, stderr } = await build(['-t', 'broken', '-'], input)
        expect(code).toBe(1)
        expect(stderr).toMatch(/ERROR: failed to solve: (reading|uncompressing)/)
        expect(leftovers(store.root)).toEqual([])
      }
    })

    it('that are compressed and no archive are said to be so', async () => {
      const { code, stderr } = await build(['-'], gzipSync('FROM scratch\n'))
      expect(code).toBe(1)
      expect(stderr).toContain('reading the build context: it is compressed, but no tar archive')
    })

    it('that are neither archive nor Dockerfile are not read for ever', async () => {
      const { code, stderr } = await build(['-'], Buffer.alloc(17 << 20, 'FROM scratch\n'))
      expect(code).toBe(1)
      expect(stderr).toContain('it is neither a tar archive nor a Dockerfile')
    })

    it('may hold many files, deep folders, and much that is compressed well', async () => {
      const many = Array.from({ length: 20_000 }, (_, index) => ({ name: `many/${index}` }))
      const deep = { name: `${'d/'.repeat(1500)}f`, content: 'deep' }
      const big = { name: 'big', content: Buffer.alloc(300 << 20) }
      const text = { name: 'Dockerfile', content: 'FROM scratch\nCOPY d /d\n' }
      const { code, stderr } = await build(['-'], gzipSync(makeTar([text, ...many, deep, big]), { level: 1 }))
      expect(code, stderr).toBe(0)
      expect(stderr).toContain('#1 transferring context')
      expect(leftovers(store.root)).toEqual([])
    })

    it('find their Dockerfile inside only', async () => {
      const outside = folder({ real: 'FROM scratch\nLABEL outside=yes\n' })
      const input = makeTar([{ name: 'Dockerfile', type: 'symlink', linkname: join(outside, 'real') }])
      const { code, stderr } = await build(['-'], input)
      expect(code).toBe(1)
      expect(stderr).toContain('failed to read dockerfile: open Dockerfile: no such file in the build context')
      const climbing = await build(['-f', `../../../../../../../../..${outside}/real`, '-'], input)
      expect(climbing.code).toBe(1)
      expect(climbing.stderr).toContain('no such file in the build context')
    })

    it('can be interrupted while they are waited for', async () => {
      const child = spawn(tareProgram(), ['build', '-'], {
        env: { ...process.env, ...store.env },
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      const ended = once(child, 'exit')
      let running = true
      child.once('exit', () => {
        running = false
      })
      child.stdin.write(archive('x'.repeat(100_000)).subarray(0, 50_000))
      while (running && !leftovers(store.root).some(left => left.startsWith('file '))) await pause(20)
      child.kill('SIGINT')
      expect(await ended).toEqual([130, null])
      await assertNothingLeft(store.root)
    })
  })

  describe('from an address', () => {
    let server: Server
    let url: string

    beforeAll(async () => {
      const tar = makeTar([
        { name: 'Dockerfile', content: 'FROM scratch\nCOPY a /\n' },
        { name: 'a', content: 'x'.repeat(200_000) },
      ])
      server = createServer(({ url: path }, response) => {
        if (path === '/broken.tar') {
          response.writeHead(200, { 'content-length': tar.length })
          response.write(tar.subarray(0, 70_000), () => response.destroy())
        } else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end()
        else if (path === '/elsewhere') response.writeHead(302, { location: 'file:///etc/passwd' }).end()
        else if (path === '/huge') response.writeHead(200).end(Buffer.alloc(3 << 20, '# \n'))
        else if (path === '/private.tar') response.writeHead(401).end()
        else response.writeHead(200).end(tar)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    })
    afterAll(async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    })

    it.each([
      ['/broken.tar', 'it broke off'],
      ['/loop', 'more than 10 redirects'],
      ['/elsewhere', 'redirected to something that is no web address'],
      ['/private.tar', 'invalid response status 401'],
    ])('%s is an error, and nothing is left', async (path, message) => {
      const { code, stderr } = await build([`${url}${path}`])
      expect(code).toBe(1)
      expect(stderr).toContain('#1 [internal] load remote build context\n#1 ERROR: ')
      expect(stderr).toContain(message)
      expect(leftovers(store.root)).toEqual([])
    })

    it('show no password', async () => {
      const secret = url.replace('//', '//me:geheim@')
      const main = folder({ Dockerfile: 'FROM scratch\nCOPY --from=files a /\n' })
      const named = await build(['--build-context', `files=${secret}/a.tar`, main])
      const failed = await build([`${secret}/private.tar`])
      expect(named.code, named.stderr).toBe(0)
      expect(named.stderr).toMatch(/\[context files\] http:\/\/xxxxx@127/)
      expect(named.stderr + failed.stderr).not.toContain('geheim')
    })

    it('are fetched only when a step needs them, and named ones show as steps', async () => {
      const main = folder({
        Dockerfile: 'FROM scratch AS unneeded\nCOPY --from=files a /\nFROM scratch\nCOPY Dockerfile /\n',
      })
      const { code, stderr } = await build(['--build-context', `files=${url}/broken.tar`, main])
      expect(code, stderr).toBe(0)
      expect(stderr).not.toContain('broken.tar')
    })

    it('that should be a Dockerfile and never ends is an error', async () => {
      const { code, stderr } = await build(['-f', `${url}/huge`, folder({ a: 'A' })])
      expect(code).toBe(1)
      expect(stderr).toContain('it is larger than 2 MiB')
    })
  })

  it('a Dockerfile that is a link out of its folder is refused', async () => {
    const outside = folder({ real: 'FROM scratch\n' })
    const main = folder({ a: 'A' })
    symlinkSync(join(outside, 'real'), join(main, 'Dockerfile'))
    const { code, stderr } = await build([main])
    expect(code).toBe(1)
    expect(stderr).toContain('failed to read dockerfile: open Dockerfile: it is a link that leads out of')
  })
})
