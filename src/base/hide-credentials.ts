/** The text with `xxxxx` for the user and password of every URL in it: for what is shown and stored. */
export function hideCredentials(text: string): string {
  return text.replace(/(?<=\bhttps?:\/\/)[^/?#\s]*@/gi, 'xxxxx@')
}
