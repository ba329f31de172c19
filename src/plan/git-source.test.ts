import { expect, it } from 'vitest'
import type { BuildPlan, GitOp } from './graph.ts'
import { plan } from './planning.fixture.ts'

const PLAIN = 'FROM example/plain:1\n'

async function repositories(text: string): Promise<GitOp[]> {
  return (await plan(PLAIN + text)).vertices.map(({ op }) => op).filter(op => op.type === 'git')
}

it('ADD of a repository copies what is in it', async () => {
  const built = await plan(`${PLAIN}ADD --chown=1:2 --chmod=700 --exclude=*.md https://h.example/r.git#v1:src /d\n`)
  expect(built.vertices.map(({ op }) => op.type)).toEqual(['image', 'git', 'copy'])
  expect(built.vertices[1]).toMatchObject({
    op: { address: { url: 'https://h.example/r.git', ref: 'v1', subdir: 'src' } },
    label: { text: 'https://h.example/r.git#v1:src' },
  })
  expect(built.vertices[2]?.op).toMatchObject({
    parts: [{ input: 1, sources: [{ pattern: '' }], unpackArchives: false, fromContext: true }],
    destination: '/d',
    chown: '1:2',
    chmod: '700',
    excludes: ['*.md'],
  })
  expect(built.history.map(({ createdBy }) => createdBy)).toEqual([
    'ADD --chown=1:2 --chmod=700 https://h.example/r.git#v1:src /d # buildkit',
  ])
})

it.each([
  ['ADD --keep-git-dir git://h.example/r /d\n', { keepGitDir: true, checksum: undefined }],
  ['ADD --keep-git-dir=false git://h.example/r /d\n', { keepGitDir: false }],
  ['ADD git://h.example/r?keep-git-dir /d\n', { keepGitDir: true }],
  ['ADD --checksum=0ab git://h.example/r /d\n', { checksum: '0ab' }],
  ['ARG S=0ab\nADD --checksum=$S git://h.example/r?commit=0ab /d\n', { checksum: '0ab' }],
])('%j', async (text, address) => {
  expect(await repositories(text)).toMatchObject([{ address }])
})

it('a repository that is named twice is fetched once, another ref of it is another', async () => {
  const text = 'ADD git://h.example/r /a\nADD git://h.example/r /b\nADD git://h.example/r#v1 /c\n'
  expect(await repositories(text)).toHaveLength(2)
})

it('what only looks like a repository is a file of the context', async () => {
  expect(await repositories('ADD github.com/a/b r.git ./git@h.example:r /d/\n')).toEqual([])
})

it('--keep-git-dir means nothing for files, as in BuildKit', async () => {
  expect(await repositories('ADD --keep-git-dir file /d/\n')).toEqual([])
})

it.each(['https://me:s3cret@h.example/r.git', 'https://s3cret@h.example/f.txt'])(
  'the password of %s is in no label, text or history',
  async url => {
    const built: BuildPlan = await plan(`${PLAIN}ADD ${url} /d/\n`)
    const shown = JSON.stringify([built.history, built.vertices.map(({ label }) => label), built.config])
    expect(shown).not.toContain('s3cret')
    expect(shown).toContain('h.example')
  },
)
