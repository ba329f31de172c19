import { runOrThrow } from './command.ts'
import { CHECKOUT } from './tare.ts'

/** The commit that is checked out, for reports; says so when src or test differ from it. */
export async function commitName(): Promise<string> {
  const git = async (...args: string[]): Promise<string> =>
    (await runOrThrow('git', args, { cwd: CHECKOUT })).stdout.trim()
  const commit = await git('rev-parse', '--short', 'HEAD')
  return (await git('status', '--porcelain', '--', 'src', 'test')) === '' ? commit : `${commit} with changes`
}
