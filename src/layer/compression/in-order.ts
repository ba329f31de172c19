/** Starts `task` on up to `ahead` items at a time and gives the results in the items' order. */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  task: (item: T) => Promise<R>,
  ahead: number,
): AsyncGenerator<R, void, void> {
  const running: Promise<R>[] = []
  try {
    for await (const item of items) {
      const result = task(item)
      // Its rejection is met when its turn comes.
      result.catch(() => {})
      running.push(result)
      if (running.length >= ahead) yield await running.shift()!
    }
    while (running.length > 0) yield await running.shift()!
  } finally {
    await Promise.allSettled(running)
  }
}
