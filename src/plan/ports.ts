import { planError, type SourceSpot } from './plan-error.ts'

const MAX_PORT = 65_535
const PROTOCOLS = new Set(['tcp', 'udp', 'sctp'])

/**
 * What one word of EXPOSE opens: `80` -> `80/tcp`, `8080-8082/udp` -> three ports. A host address or port before the
 * container's, as `docker run -p` has it, is read over, as in BuildKit.
 */
export function exposedPorts(word: string, at: SourceSpot): string[] {
  const slash = word.indexOf('/')
  const written = slash < 0 ? word : word.slice(0, slash)
  const protocol = (slash < 0 ? 'tcp' : word.slice(slash + 1)).toLowerCase() || 'tcp'
  if (!PROTOCOLS.has(protocol)) throw invalid(word, `expected tcp, udp or sctp, got ${protocol}`, at)
  const range = written.slice(written.lastIndexOf(':') + 1)
  const [first, last] = portRange(word, range, at)
  return Array.from({ length: last - first + 1 }, (_, i) => `${first + i}/${protocol}`)
}

function portRange(word: string, range: string, at: SourceSpot): [number, number] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range)
  const first = Number(match?.[1])
  const last = match?.[2] === undefined ? first : Number(match[2])
  if (!match || last > MAX_PORT || first > last)
    throw invalid(word, `expected a port from 0 to ${MAX_PORT} or a rising range`, at)
  return [first, last]
}

function invalid(word: string, cause: string, at: SourceSpot): Error {
  return planError('PLAN_INVALID', `exposing port ${JSON.stringify(word)}: ${cause}`, at)
}
