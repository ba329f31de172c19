import { mkdirSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { apiError } from '../errors.ts'

export interface Volume {
  readonly source: string
  readonly destination: string
  readonly readOnly: boolean
  readonly type: 'file' | 'dir'
}

/** `-v /host:/path[:ro]`. A host directory that is missing is made, as docker run does; named volumes are not known here. */
export function parseVolume(text: string): Volume {
  const [source = '', destination = '', mode = 'rw', ...rest] = text.split(':')
  if (rest.length > 0 || !destination) throw invalid(text, 'expected HOST-PATH:PATH[:ro|rw]')
  if (!/^(\/|\.\.?(\/|$))/.test(source))
    throw invalid(text, 'named volumes are not supported; give a host path that starts with / or ./')
  if (!destination.startsWith('/'))
    throw invalid(text, `the mount path must be absolute, got ${JSON.stringify(destination)}`)
  const modes = mode.split(',')
  const unknown = modes.find(word => word !== 'ro' && word !== 'rw')
  if (unknown !== undefined) throw invalid(text, `unknown mode ${JSON.stringify(unknown)}; expected ro or rw`)
  const path = resolve(source)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) mkdirSync(path, { recursive: true })
  return {
    source: path,
    destination,
    readOnly: modes.includes('ro'),
    type: !stat || stat.isDirectory() ? 'dir' : 'file',
  }
}

function invalid(text: string, why: string): Error {
  return apiError('RUN_INVALID_OPTION', `invalid volume ${JSON.stringify(text)}: ${why}`)
}
