import { type Validated, validatedKey, vertexKeys } from '../cache/index.ts'
import { openDirectoryTree } from '../layer/index.ts'
import type { Digest } from '../oci/index.ts'
import type { GitOp, HttpOp, Vertex } from '../plan/index.ts'
import type { FetchedFile, OpContext } from './environment.ts'
import { fileTree } from './file-tree.ts'
import type { VertexResult } from './result.ts'
import type { VertexReport } from './vertex-report.ts'

export type HttpVertex = Vertex & { readonly op: HttpOp }
type DownloadedFile = Extract<FetchedFile, { readonly unchanged: false }>
export type GitVertex = Vertex & { readonly op: GitOp }

/**
 * A file from a server. With a checksum nothing is asked before somebody wants the file; else the server is asked whether
 * it is still the one of an earlier build, and sends it where it is not.
 */
export async function httpResult(vertex: HttpVertex, context: OpContext, report: VertexReport): Promise<VertexResult> {
  const { op } = vertex
  const { environment, options, signal } = context
  if (op.checksum !== undefined) return fetchedLater(vertex, op.checksum, context, report)
  report.started()
  const known = options.noCache ? undefined : environment.cache.lookup([validatedKey(op)])?.record.validated
  const fetched = await environment.fetchUrl(op, known, signal)
  if (fetched.unchanged) {
    report.completed('cached')
    return fetchedLater(vertex, (known as Validated).digest, context, report)
  }
  remember(op, fetched, context)
  report.completed('done')
  return fileTree(async () => openDirectoryTree(fetched.directory), keyOf(vertex, fetched.digest))
}

/** What is wanted after all has to be what the key says. */
function fetchedLater(
  vertex: HttpVertex,
  digest: Digest,
  { environment, signal }: OpContext,
  report: VertexReport,
): VertexResult {
  return fileTree(
    async () => {
      report.started()
      const fetched = await environment.fetchUrl({ ...vertex.op, checksum: digest }, undefined, signal)
      report.completed('done')
      if (fetched.unchanged) throw new Error('a download without conditions gave no file')
      return openDirectoryTree(fetched.directory)
    },
    keyOf(vertex, digest),
  )
}

function keyOf(vertex: HttpVertex, digest: Digest): Digest | undefined {
  return vertexKeys(vertex, [], { files: { digest } })[0]?.key
}

function remember(op: HttpOp, { etag, digest }: DownloadedFile, { environment }: OpContext): void {
  if (etag === undefined) return
  const key = validatedKey(op)
  const record = { ...key.record, validated: { etag, digest } }
  environment.cache.put({ keys: [key], op: op.type, record, snapshotId: undefined, costMs: 0 })
}

/** The files of one commit: which one is asked for at once, and it is fetched when somebody wants the files. */
export async function gitResult(
  vertex: GitVertex,
  { environment, signal }: OpContext,
  report: VertexReport,
): Promise<VertexResult> {
  const commit = await environment.resolveGit(vertex.op, signal)
  const [known] = vertexKeys(vertex, [], { commit: commit.hash })
  return fileTree(async () => {
    report.started()
    const directory = await commit.directory()
    report.completed('done')
    return openDirectoryTree(directory)
  }, known?.key)
}
