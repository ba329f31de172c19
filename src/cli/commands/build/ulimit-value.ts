import { suggest } from '../../../base/suggest.ts'
import { usage } from '../../arguments.ts'

/** As Docker has them. */
const NAMES = 'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
  ' ',
)

/** `--ulimit NAME=SOFT[:HARD]`; -1 is no limit. */
export function parseUlimit(text: string): { readonly name: string; readonly soft: number; readonly hard: number } {
  const [, name = '', soft = '', hard = soft] = /^([^=]*)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? []
  if (soft === '') throw invalid(text, 'expected NAME=SOFT[:HARD], as in nofile=1024:2048')
  if (!NAMES.includes(name)) {
    const near = suggest(name, NAMES)
    throw invalid(text, near === undefined ? `the names are ${NAMES.join(', ')}` : `did you mean ${near}?`)
  }
  const limit = { name, soft: Number(soft), hard: Number(hard) }
  for (const value of [limit.soft, limit.hard])
    if (value < -1 || !Number.isSafeInteger(value)) throw invalid(text, 'a limit is a whole number, or -1 for none')
  if (limit.hard !== -1 && (limit.soft === -1 || limit.soft > limit.hard))
    throw invalid(text, 'the soft limit must not be above the hard one')
  return limit
}

function invalid(text: string, cause: string): Error {
  return usage(`invalid --ulimit ${JSON.stringify(text)}: ${cause}`)
}
