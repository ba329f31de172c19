import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildBusybox } from '../support/busybox.ts'
import { writeContext } from '../support/context.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

interface Build {
  readonly mounts?: string
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
}

const SECRET = '--mount=type=secret,id=s,env=S'
const SECRET_FLAGS = ['--secret', 'id=s,env=VALUE']
const BIND = '--mount=source=dir,target=/m'
const NAMED = '--mount=from=other,target=/m'

/** Two builds of one RUN, and whether the second runs it again. */
const CHANGES: readonly (readonly [what: string, before: Build, after: Build, again: boolean])[] = [
  ['a secret’s value', { mounts: SECRET, env: { VALUE: 'one' } }, { mounts: SECRET, env: { VALUE: 'two' } }, false],
  ['a secret that is no longer given', { mounts: SECRET, flags: SECRET_FLAGS }, { mounts: SECRET }, false],
  ['a secret’s name', { mounts: SECRET }, { mounts: SECRET.replace('id=s', 'id=t') }, true],
  ['a secret’s variable', { mounts: SECRET }, { mounts: SECRET.replace('env=S', 'env=T') }, true],
  ['a bound file', { mounts: BIND, files: { 'dir/a': '1' } }, { mounts: BIND, files: { 'dir/a': '2' } }, true],
  ['a new file in what is bound', { mounts: BIND }, { mounts: BIND, files: { 'dir/b': '' } }, true],
  ['a file beside what is bound', { mounts: BIND }, { mounts: BIND, files: { outside: 'x' } }, false],
  ['where it is bound', { mounts: BIND }, { mounts: BIND.replace('/m', '/n') }, true],
  ['what may be written to', { mounts: BIND }, { mounts: `${BIND},rw` }, true],
  ['a file of a named context', { mounts: NAMED }, { mounts: NAMED, files: { 'other/c': '2' } }, true],
  // As in BuildKit.
  [
    'a cache’s id',
    { mounts: '--mount=type=cache,target=/c,id=one' },
    { mounts: '--mount=type=cache,target=/c,id=two' },
    false,
  ],
  [
    'a cache’s mode',
    { mounts: '--mount=type=cache,target=/c' },
    { mounts: '--mount=type=cache,target=/c,mode=700' },
    true,
  ],
  [
    'a tmpfs’s size',
    { mounts: '--mount=type=tmpfs,target=/t' },
    { mounts: '--mount=type=tmpfs,target=/t,size=9m' },
    true,
  ],
  ['a host’s address', { flags: ['--add-host', 'a:10.0.0.1'] }, { flags: ['--add-host', 'a:10.0.0.2'] }, false],
  ['a host', {}, { flags: ['--add-host', 'a:10.0.0.1'] }, true],
  ['the size of /dev/shm', {}, { flags: ['--shm-size', '99m'] }, true],
  ['a limit', {}, { flags: ['--ulimit', 'nofile=99'] }, true],
  ['the network', {}, { flags: ['--network', 'none'] }, true],
  ['a label', {}, { flags: ['--label', 'a=b'] }, false],
]

describe('a RUN runs again or not', () => {
  let store: TestStore
  let built = 0
  beforeAll(async () => {
    store = openTestStore()
    await buildBusybox(store)
  })
  afterAll(() => store[Symbol.dispose]())

  const build = async (marker: string, { mounts = '', flags = [], env = {}, files = {} }: Build): Promise<string> => {
    using folder = tempFolder()
    const dockerfile = `FROM busybox\nRUN ${mounts} echo ${marker} >/dev/null\n`
    writeContext(folder.path, { 'dir/a': '1', 'other/c': '1', ...files, Dockerfile: dockerfile })
    const named = ['--build-context', `other=${folder.path}/other`]
    const args = ['build', '--progress', 'plain', ...named, ...SECRET_FLAGS.slice(0, 'VALUE' in env ? 2 : 0), ...flags]
    const { code, stderr } = await store.tare([...args, folder.path], { env })
    expect(code, stderr).toBe(0)
    return stderr
  }

  it.each(CHANGES)('for %s', async (_, before, after, again) => {
    const marker = `build-${built++}`
    const cached = new RegExp(`^#(\\d+) .*echo ${marker}.*\\n#\\1 CACHED$`, 'm')
    expect(await build(marker, before)).not.toMatch(cached)
    expect(cached.test(await build(marker, after))).toBe(!again)
    expect(await build(marker, after)).toMatch(cached)
  })

  it.each(['COPY --from=a /x /y', 'RUN --mount=from=a,target=/m cp /m/x /y'])(
    'sees what a stage that was run again by --no-cache-filter came to: %s',
    async take => {
      const dockerfile = `FROM busybox AS a\nRUN cat /proc/sys/kernel/random/uuid > /x\nFROM busybox\n${take}\nRUN --mount=from=a,target=/m cmp /m/x /y\n`
      for (const flags of [[], ['--no-cache-filter', 'a'], ['--no-cache', '--target', 'a'], []]) {
        using folder = tempFolder()
        writeContext(folder.path, { Dockerfile: dockerfile })
        const { code, stderr } = await store.tare(['build', '--progress', 'plain', ...flags, folder.path])
        expect(code, stderr).toBe(0)
      }
    },
  )
})
