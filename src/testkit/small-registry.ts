import type { ServerResponse } from 'node:http'
import { type SeenRequest, serve, type TestServer } from './http-server.ts'
import type { SampleImage } from './sample-image.ts'

/** Answers before the ordinary answer does; true when it has answered. */
export type Twist = (request: SeenRequest, response: ServerResponse) => boolean | undefined

/** A read-only registry that holds one image under every name and tag, and does one thing wrong. */
export function serveImage(
  image: SampleImage,
  twist: Twist = () => false,
  options?: Parameters<typeof serve>[1],
): Promise<TestServer> {
  return serve((request, response) => {
    if (twist(request, response) !== true) answerFrom(image, request, response)
  }, options)
}

const answerFrom = (image: SampleImage, request: SeenRequest, response: ServerResponse): void => {
  const digest = /\/blobs\/([^/?]+)$/.exec(request.url)?.[1]
  const blob = digest === undefined ? undefined : image.contents.get(digest as `sha256:${string}`)
  if (request.url === '/v2/') return void response.end('{}')
  if (blob !== undefined) return void response.end(blob)
  if (!request.url.includes('/manifests/')) return void notFound(response)
  response.setHeader('content-type', image.manifest.mediaType)
  response.setHeader('docker-content-digest', image.digest)
  response.end(image.manifest.bytes)
}

export function notFound(response: ServerResponse): void {
  response.statusCode = 404
  response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')
}

/** Writes until the other side has had enough. */
export function writeEndlessly(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536, 'x')
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  response.on('error', () => undefined)
  more()
}
