import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKOUT, tare } from '../tare.ts'
import type { Answer } from './answer.ts'

/** The articles' own Dockerfiles; they are not part of the project and may be absent. */
export const ARTICLES = join(CHECKOUT, '../shared/articles')

/** A Dockerfile of an article, unchanged, with a context whose program is our own. */
export interface ArticleBuild {
  readonly image: string
  readonly dockerfile: string
  readonly context: string
  readonly answer: Answer
}

const example = (folder: string) => join(CHECKOUT, 'examples', folder)
const received: Answer = { kind: 'prints', command: [], expected: /over ZeroMQ/ }
const greeting: Answer = { kind: 'serves', path: '/', expected: /Hello, world!/ }
const usage: Answer = { kind: 'prints', command: [], expected: /usage: ids/ }
const profile: Answer = { kind: 'prints', command: [], expected: /"email"/ }

const GOCZMQ = join(CHECKOUT, 'test/fixtures/articles/0-goczmq')

export const ARTICLE_BUILDS: readonly ArticleBuild[] = [
  build('article-0:single', '0-goczmq/Dockerfile.single', GOCZMQ, received),
  build('article-2:single', '2-hello/Dockerfile.single', example('2-hello'), greeting),
  build('article-2:multi', '2-hello/Dockerfile.multi', example('2-hello'), greeting),
  build('article-3:multi', '3-cached-deps/Dockerfile.multi', example('3-ids'), usage),
  build('article-4:single', '4-randomdata/Dockerfile.single_stage', example('4-profile'), profile),
  build('article-4:multi', '4-randomdata/Dockerfile.multi_stage', example('4-profile'), profile),
]

function build(image: string, dockerfile: string, context: string, answer: Answer): ArticleBuild {
  return { image, dockerfile: join(ARTICLES, dockerfile), context, answer }
}

export function hasArticles(): boolean {
  return existsSync(ARTICLES)
}

/** The Dockerfile with the slip: its last COPY takes from `build`, the stage is called `base`. */
export const SLIPPED = join(ARTICLES, '0-goczmq/Dockerfile.multi')

/** Builds the slipped Dockerfile, which must fail before anything runs, and returns the hint that names the right stage. */
export async function slipHint(env: Readonly<Record<string, string>>): Promise<string> {
  const result = await tare(['build', '--progress', 'plain', '-f', SLIPPED, '-t', 'article-0:slip', GOCZMQ], { env })
  if (result.code === 0) throw new Error(`building ${SLIPPED}: expected it to stop at the unknown stage`)
  const hint = result.stderr.split('\n').find(line => /did you mean/i.test(line))
  if (hint === undefined) throw new Error(`building ${SLIPPED}: expected "did you mean", got\n${result.stderr}`)
  return hint.trim()
}

/** The same Dockerfile with the stage's name put right, in a folder of its own until disposed. */
export function mendedBuild(): ArticleBuild & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'tare-article-'))
  const dockerfile = join(folder, 'Dockerfile.multi')
  writeFileSync(dockerfile, readFileSync(SLIPPED, 'utf8').replace('--from=build ', '--from=base '))
  return {
    image: 'article-0:multi',
    dockerfile,
    context: GOCZMQ,
    answer: received,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
