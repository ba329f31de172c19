import { describe, expect, it } from 'vitest'
import { failure, opsOf, plan } from './planning.fixture.ts'

const BASE = 'FROM docker.io/example/plain:1'

describe('the mounts of a RUN', () => {
  it('read from stages, images and views of the context, each once', async () => {
    const built = await plan(`${BASE} AS made
RUN one
${BASE}
WORKDIR /w
RUN --mount=from=made,source=d,target=a --mount=from=MADE,target=/b \\
  --mount=source=../x/./y,target=/c --mount=source=/x/y,target=/d --mount=from=docker.io/example/plain:1,target=/e two`)
    const run = built.vertices.find(({ op }) => op.type === 'exec' && op.args.at(-1) === 'two')!
    expect(run.inputs.map(index => built.vertices[index]?.op.type)).toEqual(['mkdir', 'exec', 'copy', 'image'])
    const [, exec] = opsOf(built, 'exec')
    expect(exec?.mounts).toEqual([
      { type: 'bind', target: '/w/a', input: 1, source: '/d', readOnly: true, byContent: true },
      { type: 'bind', target: '/b', input: 1, source: '/', readOnly: true, byContent: true },
      { type: 'bind', target: '/c', input: 2, source: '/files', readOnly: true, byContent: false },
      { type: 'bind', target: '/d', input: 2, source: '/files', readOnly: true, byContent: false },
      { type: 'bind', target: '/e', input: 3, source: '/', readOnly: true, byContent: false },
    ])
    expect(opsOf(built, 'copy')[0]?.parts).toMatchObject([{ sources: [{ pattern: 'x/y' }], fromContext: true }])
  })

  it('on scratch begin with input 0', async () => {
    const built = await plan(`${BASE} AS made\nFROM scratch\nRUN --mount=from=made,target=/m ["/m/x"]`)
    expect(opsOf(built, 'exec')[0]).toMatchObject({ scratch: true, mounts: [{ input: 0 }] })
  })

  it('keep a cache under its target as written, in the namespace of the build', async () => {
    const text = `${BASE}\nWORKDIR /w\nRUN --mount=type=cache,target=a/ --mount=type=cache,target=/b,id=own true`
    const ids = async (buildArgs = {}): Promise<unknown> =>
      opsOf(await plan(text, { buildArgs }), 'exec')[0]?.mounts?.map(mount => [mount.target, 'id' in mount && mount.id])
    expect(await ids()).toEqual([
      ['/w/a', '/a'],
      ['/b', '/own'],
    ])
    expect(await ids({ BUILDKIT_CACHE_MOUNT_NS: 'ns' })).toEqual([
      ['/w/a', 'ns/a'],
      ['/b', 'ns/own'],
    ])
  })

  it('name agents’ sockets, and tell the process unless it has been told', async () => {
    const run = 'RUN --mount=type=ssh,id=a,target=s --mount=type=ssh --mount=type=ssh,id=b true'
    const [op] = opsOf(await plan(`${BASE}\n${run}`), 'exec')
    expect(op?.mounts?.map(({ target }) => target)).toEqual([
      '/s',
      '/run/buildkit/ssh_agent.0',
      '/run/buildkit/ssh_agent.1',
    ])
    expect(op?.env).toContain('SSH_AUTH_SOCK=/s')
    const [own] = opsOf(await plan(`${BASE}\nENV SSH_AUTH_SOCK=/mine\n${run}`), 'exec')
    expect(own?.env.filter(each => each.startsWith('SSH_'))).toEqual(['SSH_AUTH_SOCK=/mine'])
  })

  it('are in the name of the step, where a secret variable has stars, and not in the history', async () => {
    const built = await plan(`${BASE}\nRUN --mount=type=secret,id=t,env=TOKEN curl -H "$TOKEN" \${TOKEN}`)
    expect(built.vertices.at(-1)?.label.text).toBe('RUN --mount=type=secret,id=t,env=TOKEN curl -H "****" ****')
    expect(built.history.at(-1)?.createdBy).toBe('RUN /bin/sh -c curl -H "$TOKEN" ${TOKEN} # buildkit')
  })

  it.each([
    ['FROM scratch\nRUN --mount=type=cache,id=x true', 'nothing can be mounted over the root'],
    [`${BASE}\nRUN --mount=type=tmpfs,target=/proc/x true`, "mounting at /proc/x: /proc is the sandbox's own"],
    [`${BASE}\nRUN --mount=type=tmpfs,target=/dev true`, "mounting at /dev: /dev is the sandbox's own"],
    [`${BASE} AS a\n${BASE}\nRUN --mount=from=0,target=/x true`, 'a mount knows stages by name only'],
    [`${BASE}\nRUN --mount=target=\${X:?none},source=a true`, 'none'],
  ])('cannot be: %#', async (text, message) => {
    const error = await failure(plan(text))
    expect(error.message).toContain(message)
    expect(error.at?.range).toMatchObject({ startColumn: 5 })
  })

  it('of a trigger point at the line that brought it', async () => {
    const error = await failure(plan(`${BASE} AS a\nONBUILD RUN --mount=type=no,target=/x true\nFROM a`))
    expect(error.at?.range).toMatchObject({ startLine: 3 })
  })
})

describe('RUN --security=insecure', () => {
  const text = `${BASE}\nRUN --security=insecure true`

  it('needs the build to allow it', async () => {
    const error = await failure(plan(text))
    expect(error).toMatchObject({
      code: 'PLAN_NOT_ALLOWED',
      hint: expect.stringContaining('--allow security.insecure'),
    })
    expect(error.at?.range).toMatchObject({ startLine: 2, startColumn: 5, endColumn: 24 })
    expect(opsOf(await plan(text, { allowInsecure: true }), 'exec')[0]?.security).toBe('insecure')
  })

  it('of a stage that nobody needs is not asked about', async () => {
    await plan(`${text}\nFROM scratch`)
  })
})

it('limits of the build are in every RUN', async () => {
  const limits = {
    hosts: [{ host: 'a', ip: '1.1.1.1' }],
    shmBytes: 1024,
    ulimits: [{ name: 'core', soft: 0, hard: 0 }],
  }
  expect(opsOf(await plan(`${BASE}\nRUN one\nRUN two`, { limits }), 'exec')).toMatchObject([limits, limits])
})
