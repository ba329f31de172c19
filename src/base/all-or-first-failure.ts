/**
 * Does work on all items at once. The first failure aborts the others and is thrown when all have ended: nothing goes on
 * behind the caller's back with what the caller gives up then.
 */
export async function allOrFirstFailure<Item, Result>(
  items: readonly Item[],
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  const failed = new AbortController()
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const tasks = items.map(item =>
    work(item, either).catch((error: unknown) => {
      failed.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(tasks)
  signal?.throwIfAborted()
  if (failed.signal.aborted) throw failed.signal.reason
  return await Promise.all(tasks)
}
