import { gzipSync } from 'node:zlib'
import { makeTar } from '../../../src/testkit/make-tar.ts'
import { TestRepository } from '../git-server.ts'

const DOCKERFILE = 'FROM base\nCOPY . /all/\n'

/** Build contexts that cases name by address: an archive, and a file that is but a Dockerfile. Undefined for other paths. */
export function servedContext(path: string): Uint8Array | undefined {
  if (path === '/context.Dockerfile') return Buffer.from('FROM base\nCOPY context /copied\n')
  return path === '/context.tgz' ? gzipSync(contextArchive()) : undefined
}

function contextArchive(): Uint8Array {
  const mtime = 1_000_000_000
  return makeTar([
    { name: 'Dockerfile', content: DOCKERFILE, mtime },
    { name: 'sub/', type: 'dir', mode: 0o750, uid: 8, mtime },
    { name: 'sub/other.Dockerfile', content: 'FROM base\nADD sub/owned /other/\n', mtime },
    { name: 'sub/owned', content: 'owned\n', uid: 7, gid: 77, mode: 0o640, mtime },
    { name: 'link', type: 'symlink', linkname: 'sub/owned', mtime },
    { name: 'ignored', content: 'ignored\n', mtime },
    { name: '.dockerignore', content: 'ignored\n', mtime },
  ])
}

/** The repository `git-context`. */
export async function makeContextRepository(folder: string): Promise<void> {
  const repository = await TestRepository.create(folder, 'git-context')
  await repository.sh('ln -s sub/s link; echo x > run; chmod 755 run')
  await repository.commit({
    Dockerfile: DOCKERFILE,
    ignored: 'ignored\n',
    '.dockerignore': 'ignored\n',
    'sub/s': 's\n',
    'sub/Dockerfile': 'FROM base\nCOPY . /sub/\n',
    'sub/other.Dockerfile': 'FROM base\nCOPY s /other/\n',
  })
  await repository.git('tag', 'v1')
  await repository.commit({ 'sub/s': 'changed\n' })
}
