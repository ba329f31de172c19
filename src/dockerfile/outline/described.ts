/** What the comments before an instruction say of `name`: the rest of the first line that starts with it. */
export function descriptionOf(name: string | undefined, comments: readonly string[] = []): string | undefined {
  if (name === undefined) return undefined
  const comment = comments.find(line => line.startsWith(`${name} `))
  return comment === undefined ? undefined : comment.slice(name.length + 1)
}
