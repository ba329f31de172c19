import { TestRepository } from '../git-server.ts'

/** The repositories that cases clone. Their commits have the same hashes each time, which cases name. */
export async function makeRepositories(folder: string): Promise<void> {
  const files = await TestRepository.create(folder, 'git-files')
  await files.sh(
    'mkdir -p dir/deep; ln -s d.txt dir/link; ln -s dir inlink; ln -s /etc outlink; echo r > run; chmod 755 run',
  )
  await files.commit({ 'file.txt': 'one\n', 'dir/d.txt': 'd\n', 'dir/deep/x.md': 'x\n', '.dockerignore': '*\n' })
  await files.git('tag', 'light')
  await files.git('tag', '-a', '-m', 'v1', 'v1')
  await files.git('checkout', '-q', '-b', 'x/feature')
  await files.commit({ 'feature.txt': 'feature\n' })
  await files.git('checkout', '-q', '-b', 'pull')
  await files.commit({ 'pull.txt': 'pull\n' })
  await files.git('update-ref', 'refs/pull/7/head', 'HEAD')
  await files.git('checkout', '-q', 'main')
  await files.git('branch', '-q', '-D', 'pull')
  await files.commit({ 'file.txt': 'two\n' })
  const inner = await TestRepository.create(folder, 'git-inner')
  await inner.commit({ 'inner.txt': 'inner\n' })
  const outer = await TestRepository.create(folder, 'git-outer')
  await outer.commit({ 'sub/outer.txt': 'outer\n' })
  await outer.git('submodule', 'add', '-q', `${folder}/git-inner.git`, 'sub/mod')
  await outer.git('config', '-f', '.gitmodules', 'submodule.sub/mod.url', '../git-inner.git')
  await outer.commit()
}
