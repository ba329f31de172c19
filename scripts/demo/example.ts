import type { Answer } from './answer.ts'

/** One of examples/, beside the article that it follows. */
export interface Example {
  readonly folder: string
  readonly program: string
  /** Sizes that the article reports, in bytes; undefined where it gives none. */
  readonly article: { readonly single?: number; readonly multi?: number }
  readonly answer: Answer
}

const MB = 1e6

export const EXAMPLES: readonly Example[] = [
  {
    folder: '0-zeromq',
    program: 'ZeroMQ consumer (cgo)',
    article: { single: 1400 * MB, multi: 137 * MB },
    answer: { kind: 'prints', command: ['tally', '--self-test'], expected: /1000 messages arrived/ },
  },
  {
    folder: '1-movies',
    program: 'movie CRUD API',
    article: { single: 350 * MB, multi: 13 * MB },
    answer: { kind: 'serves', path: '/movies/1', expected: /"title":"Metropolis"/ },
  },
  {
    folder: '2-hello',
    program: 'HTTP hello world',
    article: { single: 972 * MB, multi: 13.6 * MB },
    answer: { kind: 'serves', path: '/?name=Tare', expected: /Hello, Tare!/ },
  },
  {
    folder: '3-ids',
    program: 'CLI with modules',
    article: {},
    answer: { kind: 'prints', command: [], expected: /usage: ids/ },
  },
  {
    folder: '4-profile',
    program: 'random profiles (scratch)',
    article: { single: 896 * MB, multi: 2.75 * MB },
    answer: { kind: 'prints', command: [], expected: /"email": "\S+@example\.org"/ },
  },
]
