import type { Bytes } from '../../../oci/index.ts'

/**
 * A stream that is tried and then may be read from its beginning after all: what `trial` reads is kept until `rewind`.
 * `trial` may be given up at any time; the stream itself is not ended by that. Both end with the signal.
 */
export interface RewindableBytes {
  readonly trial: Bytes
  rewind(): Bytes
  /** What was read is not needed again. */
  forget(): void
  /** Reads what is left, so that whoever writes is not cut off. */
  drain(): Promise<void>
}

export function rewindable(bytes: Bytes, signal: AbortSignal): RewindableBytes {
  const source = bytes[Symbol.asyncIterator]()
  let kept: Uint8Array[] | undefined = []
  async function* rest(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = await untilAborted(source.next(), signal)
      if (next.done) return
      kept?.push(next.value)
      yield next.value
    }
  }
  async function* fromStart(): AsyncGenerator<Uint8Array> {
    const seen = kept ?? []
    kept = undefined
    yield* seen
    yield* rest()
  }
  return {
    trial: rest(),
    rewind: fromStart,
    forget: () => {
      kept = undefined
    },
    drain: async () => {
      for await (const _ of rest());
    },
  }
}

/** A stream that never says more, as an open terminal, is left alone once nobody waits. */
async function untilAborted<T>(next: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([next, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
