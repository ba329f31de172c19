/**
 * Builds ../2-hello with the library and prints what each step added. Ctrl-C stops the build.
 *
 *   npm run build && node examples/library/build-hello.ts
 */
import { fileURLToPath } from 'node:url'
import { type BuiltImage, build, type ProgressEvent, TareError } from 'tare'

const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new Error('stopped by Ctrl-C')))

try {
  printWeight(await buildHello(stop.signal))
} catch (error) {
  console.error(error instanceof TareError ? `${error.code}: ${error.message}` : error)
  process.exitCode = 1
}

async function buildHello(signal: AbortSignal): Promise<BuiltImage> {
  const context = fileURLToPath(new URL('../2-hello', import.meta.url))
  const building = build({ context, dockerfile: `${context}/Dockerfile.multi`, tags: ['hello:library'], signal })
  for await (const event of building) printStep(event)
  return building.result
}

function printStep(event: ProgressEvent): void {
  if (event.type === 'vertex') console.log(`step ${event.id}: ${event.name}`)
  if (event.type === 'completed') console.log(`step ${event.id}: ${event.outcome}`)
}

function printWeight(image: BuiltImage): void {
  for (const stage of image.stages) {
    for (const { step, uncompressedBytes } of stage.steps)
      console.log(`${String(uncompressedBytes).padStart(10)}  ${step}`)
  }
  console.log(`${image.id}: ${image.uncompressedBytes} bytes in ${image.layers} layers`)
}
