import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeTar } from '../../../src/testkit/make-tar.ts'
import { answerGit } from '../git-server.ts'
import { tempFolder } from '../temp-folder.ts'
import { makeRepositories } from './repositories.ts'
import { makeContextRepository, servedContext } from './served-contexts.ts'

/** What a case's Dockerfile says for the server's address, and what facts say. */
export const SERVER_NAME = 'SERVER'

export interface FileServer extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string
}

/**
 * Serves on loopback what ADD may meet: `/missing` is not there, `/moved` is elsewhere, names with `tar` are archives, those
 * with `dated` have a Last-Modified; anything else is its own path. Names that begin with `git-` are the repositories of
 * repositories.ts and served-contexts.ts.
 */
export async function startFileServer(): Promise<FileServer> {
  const folder = tempFolder()
  let repositories: Promise<unknown> | undefined
  const server = createServer(async (request, response) => {
    if (!request.url?.startsWith('/git-')) return answer(request, response)
    repositories ??= Promise.all([makeRepositories(folder.path), makeContextRepository(folder.path)])
    await repositories
    answerGit(folder.path, request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      folder[Symbol.dispose]()
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '/'
  if (path === '/missing') response.writeHead(404).end()
  else if (path === '/moved') response.writeHead(302, { location: '/elsewhere.txt' }).end()
  else {
    const context = servedContext(path)
    if (context) return void response.writeHead(200).end(context)
    const dated = path.includes('dated') ? { 'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT' } : {}
    response.writeHead(200, dated).end(path.includes('tar') ? archive() : `${path}\n`)
  }
}

function archive(): Uint8Array {
  return makeTar([{ name: 'packed', content: 'packed\n', mtime: 1_000_000_000 }])
}
