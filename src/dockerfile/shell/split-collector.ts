import { isSpace } from '../syntax/space.ts'

/** Gathers words while a text is expanded: white space splits, but not when it was quoted or escaped. */
export class SplitCollector {
  readonly words: string[] = []
  #word = ''

  /** Text whose white space separates words. */
  add(text: string): void {
    let start = 0
    for (let at = 0; at < text.length; at++) {
      if (!isSpace(text.charCodeAt(at))) continue
      this.#word += text.slice(start, at)
      this.#flush()
      start = at + 1
    }
    this.#word += text.slice(start)
  }

  /** Text that belongs to one word whatever is in it. */
  addRaw(text: string): void {
    this.#word += text
  }

  /**
   * Drops what there is of the word in the making. BuildKit gathers all words of a text in one place, and loses the
   * start of a word in which a substitution with a word of its own follows: `EXPOSE 80${A:-80}` is port 80.
   */
  forget(): void {
    this.#word = ''
  }

  finish(): readonly string[] {
    this.#flush()
    return this.words
  }

  #flush(): void {
    if (this.#word === '') return
    this.words.push(this.#word)
    this.#word = ''
  }
}
