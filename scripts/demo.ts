/**
 * `npm run demo`: builds every example as a single-stage and a multi-stage image with Tare, prints the sizes side by
 * side, and runs each program. Everything it keeps is in the cache folder; the user's own store is not touched.
 */
import { join } from 'node:path'
import { cacheFolder } from './bases/folders.ts'
import { serveBases } from './bases/serve-bases.ts'
import { answerOf } from './demo/answer.ts'
import { ARTICLE_BUILDS, type ArticleBuild, hasArticles, mendedBuild, slipHint } from './demo/article.ts'
import { type BuildRequest, buildImage } from './demo/build-image.ts'
import { EXAMPLES } from './demo/example.ts'
import { type ExampleSizes, formatSizeTable } from './demo/size-table.ts'
import { buildIfStale } from './fresh-build.ts'
import { formatBytes } from './markdown-table.ts'
import { runScript } from './run-script.ts'
import { CHECKOUT } from './tare.ts'

type Environment = BuildRequest['env']

const say = (line: string) => console.error(line)

await runScript(async () => {
  await buildIfStale(say)
  await using bases = await serveBases(say)
  const env = { ...bases.env, TARE_ROOT: join(cacheFolder(), 'demo-store') }
  const sizes = await buildExamples(env)
  console.log(`\n${formatSizeTable(sizes)}\n`)
  await runExamples(env)
  if (hasArticles()) await buildArticles(env)
  say(`\nThe images are kept in the store ${env.TARE_ROOT}`)
})

async function buildExamples(env: Environment): Promise<ExampleSizes[]> {
  const sizes: ExampleSizes[] = []
  for (const example of EXAMPLES) {
    const single = await build({ ...exampleBuild(example.folder, 'single'), env })
    const multi = await build({ ...exampleBuild(example.folder, 'multi'), env })
    sizes.push({ example, single, multi })
  }
  return sizes
}

function exampleBuild(folder: string, kind: 'single' | 'multi'): Omit<BuildRequest, 'env'> {
  const context = join(CHECKOUT, 'examples', folder)
  return {
    context,
    dockerfile: join(context, `Dockerfile.${kind}`),
    image: `${folder.replace(/^\d-/, 'demo-')}:${kind}`,
  }
}

async function build(request: BuildRequest): Promise<number> {
  process.stderr.write(`building ${request.image.padEnd(22)}`)
  const built = await buildImage(request)
  say(`${formatBytes(built.uncompressedBytes).padStart(8)}  in ${built.seconds.toFixed(1)} s`)
  return built.uncompressedBytes
}

async function runExamples(env: Environment): Promise<void> {
  for (const { folder, answer } of EXAMPLES) {
    for (const kind of ['single', 'multi'] as const) {
      const { image } = exampleBuild(folder, kind)
      console.log(`${image.padEnd(22)} answered: ${await answerOf(image, answer, env)}`)
    }
  }
}

async function buildArticles(env: Environment): Promise<void> {
  say("\nThe articles' own Dockerfiles, unchanged")
  for (const article of ARTICLE_BUILDS) await buildAndRun(article, env)
  console.log(`${'article-0:slip'.padEnd(22)} stopped: ${await slipHint(env)}`)
  using mended = mendedBuild()
  await buildAndRun(mended, env)
}

async function buildAndRun(article: ArticleBuild, env: Environment): Promise<void> {
  await build({ ...article, env })
  console.log(`${article.image.padEnd(22)} answered: ${await answerOf(article.image, article.answer, env)}`)
}
