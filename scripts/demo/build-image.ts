import { tareOrThrow } from '../tare.ts'

export interface BuildRequest {
  readonly context: string
  readonly dockerfile: string
  readonly image: string
  readonly env: Readonly<Record<string, string>>
}

export interface BuiltSize {
  readonly uncompressedBytes: number
  readonly seconds: number
}

/** Builds an image with Tare and tells its size; an error shows the end of what the build printed. */
export async function buildImage(request: BuildRequest): Promise<BuiltSize> {
  const started = performance.now()
  const { image, dockerfile, context, env } = request
  await tareOrThrow(['build', '--progress', 'plain', '-f', dockerfile, '-t', image, context], { env })
  const seconds = (performance.now() - started) / 1000
  return { uncompressedBytes: await imageBytes(image, env), seconds }
}

async function imageBytes(image: string, env: Readonly<Record<string, string>>): Promise<number> {
  const { stdout } = await tareOrThrow(['image', 'inspect', image], { env })
  const size = (JSON.parse(stdout) as { Size: number }[])[0]?.Size
  if (typeof size !== 'number') throw new Error(`inspecting ${image}: expected a Size, got ${stdout.slice(0, 200)}`)
  return size
}
