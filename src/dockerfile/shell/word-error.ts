import { TareError } from '../../base/error.ts'
import { type DockerfileErrorCode, inMessage, type Place } from '../error.ts'

/** A fault inside a word; `expandWord` adds the word and where it stands. */
export class WordFault extends Error {
  readonly code: DockerfileErrorCode
  readonly hint: string | undefined

  constructor(code: 'word-syntax' | 'word-required', message: string, hint?: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

export function wordError(fault: WordFault, word: string, at: Place | undefined): Error {
  const message = `failed to process "${inMessage(word)}": ${fault.message}`
  return new TareError(fault.code, message, { hint: fault.hint, at })
}
