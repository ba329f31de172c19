import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  body: Buffer
}

/** A server that answers as a test wants. `seen` holds every request in order. */
export interface TestServer extends AsyncDisposable {
  readonly host: string
  readonly url: string
  readonly seen: SeenRequest[]
  /** Answers CONNECT, as a proxy does. */
  onConnect(answer: (name: string, socket: Duplex) => void): void
  /** Ends every connection and the server. */
  close(): Promise<void>
}

export type Answer = (request: SeenRequest, response: ServerResponse, raw: IncomingMessage) => void | Promise<void>

/** Listens on loopback, plain or with TLS. The whole body is read before `answer` is called, unless `early`. */
export async function serve(
  answer: Answer,
  options: { readonly tls?: { readonly cert: string; readonly key: string }; readonly early?: boolean } = {},
): Promise<TestServer> {
  const seen: SeenRequest[] = []
  const listener = async (raw: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request: SeenRequest = {
      method: raw.method ?? '',
      url: raw.url ?? '',
      headers: raw.headers,
      body: Buffer.alloc(0),
    }
    seen.push(request)
    raw.on('error', () => undefined)
    if (!options.early) request.body = await bodyOf(raw)
    await answer(request, response, raw)
  }
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const tunnels = new Set<Duplex>()
  const onConnect: TestServer['onConnect'] = use => {
    server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      tunnels.add(socket.once('close', () => tunnels.delete(socket)))
      use(request.url ?? '', socket)
    })
  }
  const close = (): Promise<void> => {
    for (const socket of tunnels) socket.destroy()
    return closeServer(server)
  }
  return {
    host,
    onConnect,
    url: `${options.tls ? 'https' : 'http'}://${host}`,
    seen,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function bodyOf(raw: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of raw) chunks.push(chunk as Buffer)
  } catch {
    return Buffer.concat(chunks)
  }
  return Buffer.concat(chunks)
}
