import { TareError } from '../base/error.ts'
import { encodeText } from '../base/text.ts'
import type { HostErrorCode } from './error.ts'

const NUL = Buffer.of(0)

/**
 * A lossless-text path (or another C string) as the kernel takes it. Throws `HOST_INVALID_PATH` when it holds a NUL,
 * which the kernel would take for its end.
 */
export function toNative(text: string): string | Buffer {
  if (text.includes('\0')) {
    throw new TareError<HostErrorCode>(
      'HOST_INVALID_PATH',
      `passing ${JSON.stringify(text)} to the kernel: it holds a NUL byte`,
    )
  }
  return text.isWellFormed() ? text : Buffer.concat([encodeText(text), NUL])
}
