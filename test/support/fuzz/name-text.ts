import fc from 'fast-check'
import { withoutHalves } from './dockerfile-text.ts'

const fragments = (...pieces: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 3, unit: 'binary' })),
      {
        maxLength: 8,
      },
    )
    .map(parts => withoutHalves(parts.join('')))

/** Patterns of .dockerignore and of COPY, paths too. */
export const patternText = fragments(
  'a',
  'b',
  'ab',
  '*',
  '**',
  '?',
  '/',
  '/',
  '[a-c]',
  '[^a]',
  '[',
  ']',
  '-',
  '^',
  '\\',
  '!',
  '.',
  '..',
  '#',
  ' ',
  '\n',
  '\u00e9',
)

export const pathText = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'abc', 'c.x', '.x', '\u00e9', '[a]', '*', '\\'), {
    minLength: 1,
    maxLength: 4,
  })
  .map(names => names.join('/'))

const HEX = 'a'.repeat(64)

export const referenceText = fragments(
  'a',
  'b.c',
  'A',
  'docker.io',
  'localhost',
  'library',
  '/',
  '/',
  ':',
  ':80',
  ':v1',
  '@',
  `@sha256:${HEX}`,
  '@sha512:0',
  '-',
  '_',
  '__',
  '.',
  '[::1]',
  HEX,
)

export const platformText = fragments(
  'linux',
  'windows',
  'amd64',
  'arm64',
  'arm',
  'x86_64',
  'v7',
  'v8',
  '8',
  'v9.2',
  '/',
  '/',
  '(1.2)',
  '(+x)',
  '*',
  '',
)
