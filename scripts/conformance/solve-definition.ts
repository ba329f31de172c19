import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { Duplex } from 'node:stream'

/**
 * Asks Docker's BuildKit for a build graph without a Dockerfile: what its frontend has no flag for, its file operations can
 * do. The messages are pb.Definition and moby.buildkit.v1.SolveRequest, put together field by field.
 */
export class Definition {
  readonly #ops: Buffer[] = []

  image(reference: string): string {
    return this.#add(bytes(3, bytes(1, `docker-image://${reference}`)))
  }

  /** One file operation of several copies, as BuildKit's frontend asks for it. */
  copy(root: string, from: string, actions: readonly CopyAction[]): string {
    const steps = actions.map((action, i) => {
      // The root, or what the action before made of it, which is numbered behind the inputs.
      const onto = i === 0 ? 0 : i + 1
      const output = i === actions.length - 1 ? 0 : -1
      return Buffer.concat([integer(1, onto), integer(2, 1), integer(3, output), bytes(4, copyAction(action))])
    })
    return this.#add(input(root), input(from), bytes(4, Buffer.concat(steps.map(step => bytes(2, step)))))
  }

  /** The graph up to a vertex. */
  upTo(digest: string): Buffer {
    return Buffer.concat([...this.#ops, input(digest)].map(op => bytes(1, op)))
  }

  #add(...fields: Buffer[]): string {
    const platform = bytes(10, Buffer.concat([bytes(1, PLATFORM.architecture), bytes(2, PLATFORM.os)]))
    const op = Buffer.concat([...fields, platform, bytes(11, '')])
    this.#ops.push(op)
    return `sha256:${createHash('sha256').update(op).digest('hex')}`
  }
}

export interface CopyAction {
  readonly source: string
  readonly destination: string
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly owner?: readonly [number, number] | undefined
  readonly mode?: number | undefined
  /** A mode in letters. */
  readonly change?: string | undefined
}

const PLATFORM = { architecture: 'amd64', os: 'linux' }
const NOTHING = Buffer.alloc(0)

/** FileActionCopy: symlinks followed, the content of directories, destinations made, wildcards that may match nothing. */
function copyAction(action: CopyAction): Buffer {
  return Buffer.concat([
    bytes(1, action.source),
    bytes(2, action.destination),
    action.owner ? bytes(3, ownerOf(action.owner)) : NOTHING,
    integer(4, action.mode ?? -1),
    ...[5, 6, 8, 9, 10].map(field => integer(field, 1)),
    integer(11, -1),
    ...action.include.map(pattern => bytes(12, pattern)),
    ...action.exclude.map(pattern => bytes(13, pattern)),
    action.change === undefined ? NOTHING : bytes(15, action.change),
  ])
}

function varint(value: number): Buffer {
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128)
  return Buffer.from([...out, Number(rest)])
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)])
}

function bytes(field: number, value: string | Buffer): Buffer {
  const content = Buffer.from(value)
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content])
}

function input(digest: string): Buffer {
  return bytes(1, Buffer.concat([bytes(1, digest), integer(2, 0)]))
}

function ownerOf([uid, gid]: readonly [number, number]): Buffer {
  return Buffer.concat([bytes(1, integer(2, uid)), bytes(2, integer(2, gid))])
}

/** Builds the graph into an image of Docker's; gives BuildKit's complaint, empty when there is none. */
export async function solveDefinition(peer: string, definition: Buffer, name: string): Promise<string> {
  const attribute = Buffer.concat([bytes(1, 'name'), bytes(2, name)])
  const request = Buffer.concat([bytes(1, randomUUID()), bytes(2, definition), bytes(3, 'moby'), bytes(4, attribute)])
  const length = Buffer.alloc(5)
  length.writeUInt32BE(request.length, 1)
  const trailers = await call(peer, '/moby.buildkit.v1.Control/Solve', Buffer.concat([length, request]))
  if (trailers['grpc-status'] === '0') return ''
  return decodeURIComponent(String(trailers['grpc-message'] ?? 'no answer'))
}

/** One gRPC call over `docker buildx dial-stdio`; its headers and trailers. */
async function call(peer: string, path: string, body: Buffer): Promise<IncomingHttpHeaders> {
  const child = spawn(peer, ['docker', 'buildx', 'dial-stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const socket = Duplex.from({ readable: child.stdout, writable: child.stdin })
  const client = connect('http://localhost', { createConnection: () => socket })
  try {
    return await new Promise((resolve, reject) => {
      const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' }
      const stream = client.request(headers)
      let answer: IncomingHttpHeaders = {}
      const note = (more: IncomingHttpHeaders): void => {
        answer = { ...answer, ...more }
      }
      stream.on('response', note).on('trailers', note).on('error', reject).resume()
      stream.on('end', () => resolve(answer))
      client.on('error', reject)
      stream.end(body)
    })
  } finally {
    client.close()
    child.kill()
  }
}
