import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, runOrThrow } from '../../scripts/command.ts'
import { CHECKOUT } from '../../scripts/tare.ts'
import { assertNothingLeft } from '../support/leaks.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

const CONSUMER = `import { build, type BuiltImage, type ProgressEvent, TareError } from 'tare'

const [context = '', slow = ''] = process.argv.slice(2)

const events: ProgressEvent['type'][] = []
const building = build({ context, tags: ['consumer'] })
for await (const event of building) events.push(event.type)
const image: BuiltImage = await building.result

const controller = new AbortController()
const aborted = build({ context: slow, signal: controller.signal })
for await (const event of aborted) if (event.type === 'log') controller.abort(new Error('enough'))
const reason = await aborted.result.then(() => 'none', (error: unknown) => (error as Error).message)

const failed = await build({ context: '/nowhere' }).result.catch((error: unknown) => error)
const code = failed instanceof TareError ? failed.code : 'none'
process.stdout.write(JSON.stringify({ id: image.id, last: events.at(-1), started: events.includes('started'), reason, code }))
`

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'NodeNext',
    target: 'ES2024',
    lib: ['ES2024', 'ESNext.Disposable', 'ESNext.AsyncIterable'],
    types: ['node'],
    noEmit: true,
    skipLibCheck: false,
  },
  files: ['consumer.ts'],
}

/** A Node as a machine may have it: one that is too old. */
const OLD_NODE = `#!/bin/sh
exec "${process.execPath}" -e '
Object.defineProperty(process, "version", { value: "v20.1.0" })
Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })
require(process.argv[1])' "$@"
`

describe('the package', () => {
  const folder = tempFolder()
  let archive: string
  let store: TestStore
  const path = (...names: string[]) => join(folder.path, ...names)
  const npm = (args: readonly string[], cwd: string) =>
    runOrThrow('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd,
      env: { npm_config_yes: 'true' },
    })

  beforeAll(async () => {
    store = openTestStore()
    const { stdout } = await npm(['pack', '--silent', '--pack-destination', folder.path], CHECKOUT)
    archive = path(stdout.trim().split('\n').at(-1) as string)
    mkdirSync(path('old'))
    writeFileSync(path('old/node'), OLD_NODE, { mode: 0o755 })
    mkdirSync(path('context'))
    writeFileSync(path('context/Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    mkdirSync(path('slow'))
    writeFileSync(
      path('slow/Dockerfile'),
      'FROM scratch\nCOPY --chmod=755 busybox /bin/sh\nRUN echo begun; while true; do :; done\n',
    )
    await runOrThrow('cp', ['/bin/busybox', path('slow/busybox')])
  })
  afterAll(() => {
    store[Symbol.dispose]()
    folder[Symbol.dispose]()
  })

  /** The environment of a machine whose own Node is too old. */
  const oldMachine = () => ({
    ...store.env,
    PATH: `${path('old')}:/usr/sbin:/usr/bin:/sbin:/bin`,
    TARE_NODE: undefined,
  })

  it('holds the program, the types and its papers, and nothing else', async () => {
    const { stdout } = await runOrThrow('tar', ['-tzf', archive])
    const kinds = new Set(
      stdout
        .trim()
        .split('\n')
        .map(name =>
          name
            .split('/')
            .slice(1, 3)
            .join('/')
            .replace(/chunks\/.*/, 'chunks'),
        ),
    )
    for (const name of [
      'bin/tare',
      'dist/main.cjs',
      'dist/cli.js',
      'dist/index.js',
      'dist/types',
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
    ])
      expect(kinds).toContain(name)
    expect(stdout).not.toMatch(/\.test\.|node_modules|^package\/(src|test|scripts)\//m)
  })

  it('works with the npm package node beside it, and says what is missing without', async () => {
    const prefix = path('prefix')
    await npm(['install', '-g', '--prefix', prefix, '--prefer-offline', archive, 'node@24'], folder.path)
    const tare = (...args: string[]) => runCommand(join(prefix, 'bin/tare'), args, { env: oldMachine() })
    expect(await tare('version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^tare version \d+\.\d+\.\d+ \(node v24\./),
    })
    const built = await tare('build', '-q', '-t', 'packed', path('context'))
    expect(built).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/) })
    rmSync(join(prefix, 'lib/node_modules/node'), { recursive: true })
    expect(await tare('version')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^tare: needs Node\.js 24 or newer, found v20\.1\.0 .*npm install -g node@24.*\n$/),
    })
  })

  it('is a library: types, result, events, abort', async () => {
    const consumer = path('consumer')
    mkdirSync(consumer)
    writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
    writeFileSync(join(consumer, 'consumer.ts'), CONSUMER)
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    await npm(['install', '--prefer-offline', archive], consumer)
    mkdirSync(join(consumer, 'node_modules/@types'), { recursive: true })
    for (const name of ['@types/node', 'undici-types'])
      if (!readdirSync(join(consumer, 'node_modules')).includes(name))
        symlinkSync(join(CHECKOUT, 'node_modules', name), join(consumer, 'node_modules', name))
    await runOrThrow(join(CHECKOUT, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: consumer })
    const { stdout } = await runOrThrow(process.execPath, ['consumer.ts', path('context'), path('slow')], {
      cwd: consumer,
      env: store.env,
    })
    expect(JSON.parse(stdout)).toEqual({
      id: expect.stringMatching(/^sha256:/),
      last: 'image',
      started: true,
      reason: 'enough',
      code: expect.stringMatching(/^[A-Z_]+$/),
    })
    await assertNothingLeft(store.root)
  })
})
