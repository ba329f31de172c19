import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import type { ContextEntry } from '../support/context.ts'
import { leftovers } from '../support/leaks.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

interface BadBuild {
  readonly name: string
  readonly files: Readonly<Record<string, ContextEntry>>
  readonly flags?: readonly string[]
  /** Each must be found in what is printed. */
  readonly says: readonly (string | RegExp)[]
  /** Exit code; docker's is 1 for a build that fails, 125 for a wrong command line. */
  readonly code?: number
}

const BAD_BUILDS: readonly BadBuild[] = [
  {
    name: 'no Dockerfile',
    files: { file: 'x' },
    says: ['failed to read dockerfile: open Dockerfile: no such file or directory', 'hint:'],
  },
  {
    name: 'a Dockerfile of another name nearby',
    files: { 'dev.Dockerfile': 'FROM scratch\n' },
    says: ['failed to read dockerfile', /Did you mean -f .*dev\.Dockerfile/],
  },
  { name: 'an empty Dockerfile', files: { Dockerfile: '' }, says: ['the Dockerfile cannot be empty'] },
  {
    name: 'only comments',
    files: { Dockerfile: '# nothing\n' },
    says: [/Dockerfile/, /no instructions|cannot be empty/],
  },
  {
    name: 'an unknown instruction',
    files: { Dockerfile: 'FROM scratch\nCOPPY a b\n' },
    says: [
      'dockerfile parse error on line 2',
      'unknown instruction: COPPY',
      'did you mean COPY?',
      '   2 | >>> COPPY a b',
    ],
  },
  {
    name: 'an unknown flag',
    files: { Dockerfile: 'FROM scratch\nCOPY --chwon=1 a b\n' },
    says: [/line 2|:2/, /chwon/, /did you mean .*chown/i],
  },
  {
    name: 'a foreign frontend',
    files: { Dockerfile: '# syntax=example.invalid/frontend:1\nFROM scratch\n' },
    says: ['example.invalid/frontend:1', '   1 | >>>'],
  },
  {
    name: 'an unknown stage in --from, before anything runs',
    files: { Dockerfile: 'FROM busybox AS base\nRUN echo started\nFROM busybox\nCOPY --from=build /a /b\n' },
    says: ['did you mean `base`?', '   4 | >>> COPY --from=build /a /b'],
  },
  {
    name: 'an unknown target',
    files: { Dockerfile: 'FROM scratch AS builder\n' },
    flags: ['--target', 'buildr'],
    says: ['buildr', 'did you mean `builder`?'],
  },
  {
    name: 'stages in a circle',
    files: { Dockerfile: 'FROM busybox AS a\nCOPY --from=b /x /x\nFROM busybox AS b\nCOPY --from=a /x /x\n' },
    says: [/circular|depends on itself/i, '| >>>'],
  },
  {
    name: 'COPY of a missing file',
    files: { Dockerfile: 'FROM scratch\nCOPY main.goo /b\n', 'main.go': 'x' },
    says: ['"/main.goo" not found', 'Did you mean main.go?', '   2 | >>> COPY main.goo /b'],
  },
  {
    name: 'COPY of an ignored file',
    files: { Dockerfile: 'FROM scratch\nCOPY secret /b\n', secret: 'x', '.dockerignore': '# keep out\nsecret\n' },
    says: ['"/secret" not found', '.dockerignore, line 2: secret'],
  },
  {
    name: 'COPY that climbs out by ..',
    files: { Dockerfile: 'FROM scratch\nCOPY ../../etc/passwd /b\n' },
    says: ['"/etc/passwd" not found in the build context', 'cannot climb out of the build context', '   2 | >>>'],
  },
  {
    name: 'COPY that climbs out by a symlink',
    files: { Dockerfile: 'FROM scratch\nCOPY link /b\n', link: { link: '../../../../../../etc/passwd' } },
    says: ['"/link" not found', 'symlink', '   2 | >>>'],
  },
  {
    name: 'a RUN that fails',
    files: { Dockerfile: 'FROM busybox\nRUN echo the last words; exit 42\n' },
    says: ['the last words', 'did not complete successfully: exit code: 42', '   2 | >>> RUN'],
  },
  {
    name: 'a RUN that is killed by a signal',
    files: { Dockerfile: "FROM busybox\nRUN sh -c 'kill -9 $$'; exit $?\n" },
    says: ['exit code: 137', '   2 | >>> RUN'],
  },
  {
    name: 'a RUN of a program that is not there',
    files: { Dockerfile: 'FROM busybox\nRUN ["nosuch"]\n' },
    says: ['exec: "nosuch": executable file not found in $PATH', '   2 | >>> RUN'],
  },
  {
    name: 'an unknown user',
    files: { Dockerfile: 'FROM busybox\nUSER nosuch\nRUN true\n' },
    says: ['unable to find user nosuch', '   3 | >>> RUN true'],
  },
  {
    name: 'a base image that is not there',
    files: { Dockerfile: 'FROM nosuch:1.0\n' },
    says: ['nosuch:1.0', /not found|does not exist/, '   1 | >>> FROM nosuch:1.0'],
  },
  {
    name: 'a registry that is down',
    files: { Dockerfile: 'FROM 127.0.0.1:1/app\n' },
    says: [/reaching registry|connection refused|ECONNREFUSED/, '   1 | >>> FROM 127.0.0.1:1/app'],
  },
  {
    name: 'a bad image name',
    files: { Dockerfile: 'FROM scratch\n' },
    flags: ['-t', 'UPPER'],
    says: ['must be lowercase'],
  },
  { name: 'a bad base name', files: { Dockerfile: 'FROM a:b:c\n' }, says: ['invalid reference format', '   1 | >>>'] },
  {
    name: 'a bad platform',
    files: { Dockerfile: 'FROM scratch\n' },
    flags: ['--platform', 'a/b/c/d'],
    says: [/platform/],
  },
  {
    name: 'a mistyped flag',
    files: { Dockerfile: 'FROM scratch\n' },
    flags: ['--targt', 'x'],
    says: ['unknown flag: --targt', 'Did you mean --target?'],
    code: 125,
  },
  {
    name: 'a docker flag that is not here',
    files: { Dockerfile: 'FROM scratch\n' },
    flags: ['--squash'],
    says: ['tare has no --squash', 'hint:'],
    code: 125,
  },
  {
    name: 'a mount of a kind that there is not',
    files: { Dockerfile: 'FROM busybox\nRUN --mount=type=cach,target=/c true\n' },
    says: ['unsupported mount type "cach"', 'did you mean cache?', '   2 | >>>', '^^^^^^^^^'],
  },
  {
    name: "what Docker's build checks find, where they are errors",
    files: { Dockerfile: '# check=error=true\nFROM scratch AS Base\nCOPY Dockerfile /\n' },
    says: [
      "StageNameCasing: Stage name 'Base' should be lowercase (line 2)",
      'lint violation found for rules: StageNameCasing',
      '   2 | >>> FROM',
    ],
  },
]

describe("bad input: a clear error, docker's exit code, nothing left behind", () => {
  let registry: TestRegistry
  let store: TestStore

  beforeAll(async () => {
    registry = await startTestRegistry()
    store = openTestStore(registry.env)
    await buildBusybox(store)
  })
  afterAll(async () => {
    store[Symbol.dispose]()
    await registry[Symbol.asyncDispose]()
  })

  it.each(BAD_BUILDS)('$name', async ({ files, flags, says, code }) => {
    const { stderr, stdout, code: exitCode } = await buildContext(store, files, flags)
    for (const text of says) expect(stderr).toMatch(text)
    expect(stderr).toContain('ERROR: ')
    expect(stderr).not.toContain('internal error')
    expect(stdout).toBe('')
    expect(exitCode).toBe(code ?? 1)
    expect(leftovers(store.root)).toEqual([])
    const check = await store.tare(['check-store'])
    expect(check.stdout).toBe('ok: nothing wrong\n')
  })

  it('says a base for another platform what there is', async () => {
    await buildContext(store, { Dockerfile: 'FROM scratch\nLABEL a=b\n' }, [
      '--platform',
      'linux/s390x',
      '-t',
      `${registry.host}/s390x`,
      '--push',
    ])
    await store.tare(['rmi', `${registry.host}/s390x`])
    const { stderr, code } = await buildContext(store, { Dockerfile: `FROM ${registry.host}/s390x\n` })
    expect(stderr).toMatch(/linux\/s390x/)
    expect(code).toBe(1)
  })

  it('refuses a base whose digest is not the one asked for', async () => {
    const digest = `sha256:${'0'.repeat(64)}`
    const { stderr, code } = await buildContext(store, { Dockerfile: `FROM ${registry.host}/app@${digest}\n` })
    expect(stderr).toMatch(/not found|does not exist/)
    expect(code).toBe(1)
  })

  it('refuses an archive that is not a tar', async () => {
    using folder = tempFolder()
    const file = join(folder.path, 'notes.txt')
    writeFileSync(file, 'not a tar\n'.repeat(1000))
    const imported = await store.tare(['import', file, 'notes'])
    expect(imported.stderr).toContain('not a tar archive')
    const loaded = await store.tare(['load', '-i', file])
    expect(loaded.stderr).toContain('not an image archive')
    expect([imported.code, loaded.code]).toEqual([1, 1])
    expect(leftovers(store.root)).toEqual([])
  })

  it("has docker's exit codes for run", async () => {
    const code = async (...args: string[]): Promise<number> => (await store.tare(['run', ...args])).code
    expect(await code('busybox', 'sh', '-c', 'exit 7')).toBe(7)
    expect(await code('busybox', 'nosuch')).toBe(127)
    expect(await code('busybox', '/etc')).toBe(126)
    expect(await code('busybox', 'sh', '-c', "sh -c 'kill -9 $$'; exit $?")).toBe(137)
    expect(await code('nosuch-image')).toBe(125)
    expect(await code('-d', 'busybox')).toBe(125)
  })

  it("says what to do instead of docker's other verbs", async () => {
    const { stderr, code } = await store.tare(['ps'])
    expect(stderr).toContain("tare has no 'ps'")
    expect(stderr).toContain('hint:')
    expect(code).toBe(1)
  })
})
