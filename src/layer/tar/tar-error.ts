import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import type { LayerErrorCode } from '../layer-error.ts'

/** `offset` is where in the archive the header or the data lies that cannot be read. */
export function tarError(code: LayerErrorCode, offset: number, cause: string): TareError<LayerErrorCode> {
  return new TareError(code, `reading tar archive at offset ${offset}: ${cause}`, { facts: { offset } })
}

export function invalidHeader(offset: number, cause: string): TareError<LayerErrorCode> {
  return tarError('TAR_INVALID_HEADER', offset, cause)
}

export function truncated(offset: number, name?: string): TareError<LayerErrorCode> {
  return tarError(
    'TAR_TRUNCATED',
    offset,
    name === undefined ? 'it ends inside a header' : `it ends inside ${printable(name)}`,
  )
}
