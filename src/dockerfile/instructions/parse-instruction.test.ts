import { describe, expect, it } from 'vitest'
import { isTareError } from '../../base/error.ts'
import { parseDockerfile } from './parse-dockerfile.ts'
import { parseInstruction } from './parse-instruction.ts'

function parse(text: string) {
  return parseDockerfile(`FROM a\n${text}`).stages[0]?.instructions[0]
}

/** An instruction and what its typed form holds. */
const CASES: [string, object][] = [
  [
    'RUN  go build  ./... ',
    { kind: 'run', command: { form: 'shell', text: 'go build  ./...' }, original: 'RUN  go build  ./...' },
  ],
  ['RUN ["a", "b c"]', { kind: 'run', command: { form: 'exec', args: ['a', 'b c'] } }],
  ['RUN ["a"] # no JSON', { command: { form: 'shell', text: '["a"] # no JSON' } }],
  ["RUN ['a']", { command: { form: 'shell', text: "['a']" } }],
  ['RUN', { command: { form: 'shell', text: '' } }],
  [
    'RUN --mount=type=cache,target=/a --mount=type=tmpfs,target=/b --network=none --security=insecure x',
    {
      mounts: [{ value: 'type=cache,target=/a' }, { value: 'type=tmpfs,target=/b' }],
      network: 'none',
      security: 'insecure',
      command: { text: 'x' },
    },
  ],
  [
    'RUN <<-E sh\n\ta\n\tE',
    {
      command: { text: '<<-E sh' },
      heredocs: [{ name: 'E', content: 'a\n', raw: '\ta\n', chomp: true, range: { startLine: 3, endLine: 4 } }],
    },
  ],
  ['CMD []', { kind: 'cmd', command: { form: 'exec', args: [] } }],
  ['CMD ["\\ud83d\\ude00", "\\udcff"]', { command: { args: ['\u{1f600}', '\ufffd'] } }],
  ['ENTRYPOINT x y', { kind: 'entrypoint', command: { form: 'shell', text: 'x y' } }],
  ['ENV a b  c', { kind: 'env', env: [{ key: 'a', value: 'b  c' }] }],
  [
    'ENV a="b c" d=e\\ f g=',
    {
      env: [
        { key: 'a', value: '"b c"' },
        { key: 'd', value: 'e\\ f' },
        { key: 'g', value: '' },
      ],
    },
  ],
  ['LABEL a=b=c', { kind: 'label', labels: [{ key: 'a', value: 'b=c' }] }],
  [
    'ARG a b= c="d e"',
    {
      kind: 'arg',
      args: [
        { key: 'a', value: undefined },
        { key: 'b', value: '' },
        { key: 'c', value: '"d e"' },
      ],
    },
  ],
  [
    'COPY a b /c/',
    {
      kind: 'copy',
      sources: ['a', 'b'],
      destination: '/c/',
      from: undefined,
      link: false,
      parents: false,
      excludes: [],
    },
  ],
  ['COPY ["a b", "/c d"]', { sources: ['a b'], destination: '/c d' }],
  [
    'COPY --from=x --chown=1:2 --chmod=755 --link --parents --exclude=*.o --exclude=y a b',
    {
      from: { name: 'from', value: 'x' },
      chown: '1:2',
      chmod: '755',
      link: true,
      parents: true,
      excludes: ['*.o', 'y'],
    },
  ],
  ['COPY --link=FALSE a b', { link: false }],
  [
    'COPY <<"A" <<B c /d\n$x\nA\n\ty\nB',
    {
      sources: ['c'],
      heredocs: [
        { name: 'A', expand: false, content: '$x\n' },
        { name: 'B', expand: true, content: '\ty\n' },
      ],
      destination: '/d',
    },
  ],
  ['COPY << E /d\nE', { sources: ['<<', 'E'], heredocs: [] }],
  ['COPY ["<<E", "/d"]', { sources: [], heredocs: [{ name: 'E', content: '' }] }],
  [
    'ADD --checksum=sha256:0 --keep-git-dir=true --unpack=false a b',
    { kind: 'add', checksum: 'sha256:0', keepGitDir: true, unpack: false },
  ],
  ['ADD a b', { keepGitDir: undefined, unpack: undefined, checksum: undefined }],
  ['WORKDIR /a b', { kind: 'workdir', path: '/a b' }],
  ['USER a:b', { kind: 'user', user: 'a:b' }],
  ['STOPSIGNAL SIGINT', { kind: 'stopsignal', signal: 'SIGINT' }],
  ['MAINTAINER a <b@c>', { kind: 'maintainer', name: 'a <b@c>' }],
  ['EXPOSE 90 80/tcp $p', { kind: 'expose', ports: ['90', '80/tcp', '$p'] }],
  ['VOLUME /a /b', { kind: 'volume', volumes: ['/a', '/b'] }],
  ['VOLUME [" /a b "]', { volumes: ['/a b'] }],
  ['SHELL ["a", "-c"]', { kind: 'shell', shell: ['a', '-c'] }],
  ['HEALTHCHECK none', { kind: 'healthcheck', check: 'none' }],
  [
    'HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0s --retries=3 cmd a b',
    {
      check: {
        command: { form: 'shell', text: 'a b' },
        interval: 90e9,
        timeout: 1.5e9,
        startPeriod: undefined,
        startInterval: undefined,
        retries: 3,
      },
    },
  ],
  ['HEALTHCHECK CMD ["a", "b"]', { check: { command: { form: 'exec', args: ['a', 'b'] } } }],
  ['ONBUILD  COPY . /x', { kind: 'onbuild', expression: 'COPY . /x' }],
  ['ONBUILD RUN <<E\na\nE', { expression: 'RUN <<E\na\nE' }],
]

describe('instructions', () => {
  it.each(CASES)('%s', (text, expected) => {
    expect(parse(text)).toMatchObject(expected)
  })
  it('keep the comments right before them', () => {
    expect(parse('# old\n#\n# a is what\nARG a')?.comments).toEqual(['a is what'])
  })
  it('take the escape directive for continuation, words and flags', () => {
    const { stages } = parseDockerfile('# escape=`\nFROM a\nCOPY --chown=a` b c:\\x `\n  d:\\\nENV a=b` c')
    expect(stages[0]?.instructions).toMatchObject([
      { sources: ['c:\\x'], destination: 'd:\\', chown: 'a b' },
      { env: [{ key: 'a', value: 'b` c' }] },
    ])
  })
})

describe('ONBUILD triggers', () => {
  it('are parsed on their own, heredocs too', () => {
    expect(parseInstruction('COPY <<E /a\nb\nE')).toMatchObject({ kind: 'copy', heredocs: [{ content: 'b\n' }] })
  })
  it.each(['', 'FROM a', 'ONBUILD RUN x', 'MAINTAINER x', 'RUN a\nRUN b', 'FOO'])('%j is none', text => {
    expect(() => parseInstruction(text, 'trigger of base')).toThrow(
      expect.toSatisfy(error => isTareError(error) && error.at?.file.name === 'trigger of base'),
    )
  })
})
