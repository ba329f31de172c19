import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Writes and waits until the stream wants more. Rejects with the stream's error, whenever it came. */
export async function writeBytes(stream: Writable, chunk: Uint8Array): Promise<void> {
  if (stream.errored) throw stream.errored
  if (!stream.write(chunk)) await once(stream, 'drain')
}
