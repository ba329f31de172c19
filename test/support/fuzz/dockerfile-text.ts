import fc from 'fast-check'

const KEYWORDS = [
  'FROM',
  'RUN',
  'COPY',
  'ADD',
  'ENV',
  'ARG',
  'LABEL',
  'CMD',
  'ENTRYPOINT',
  'ONBUILD',
  'HEALTHCHECK',
].concat(['SHELL', 'VOLUME', 'EXPOSE', 'USER', 'WORKDIR', 'STOPSIGNAL', 'MAINTAINER', 'from', 'Run', 'FOO'])
const DIRECTIVES = [
  '# escape=`',
  '# syntax=docker/dockerfile:1',
  '# check=skip=all;error=true',
  '#!/bin/sh',
  '# a b',
  '',
]
const BLANKS = [' ', ' ', '  ', '\t', ' \\\n', '\\\n\n', ' \\\n# c\n', '`\n', '\\\r\n', '\u00a0', '\f']
const FLAGS = [
  '--from=a',
  '--from=$a',
  '--chown=1:2',
  '--chmod=u+x',
  '--link',
  '--link=x',
  '--exclude=*.x',
  '--',
].concat(
  ['--mount=type=cache,target=/x', '--mount=type=bind,from=a', '--platform=linux/amd64', '--network=none', '--x'],
  ['--interval=5s', '--retries=-1', '--checksum=sha256:0', '--parents', '--unpack', '--security=insecure'],
)
const WORDS = [
  'a',
  '/x',
  '.',
  'A=b',
  '=',
  '"q r"',
  "'s'",
  '"',
  "'",
  '\\',
  '`',
  '$a',
  '${a',
  '${a:-b}',
  '${a//x/y}',
].concat(
  ['["a", "b"]', '["a"', '[1]', '["\\u0041"]', '["\\ud800"]', '[', ']', '<<E', '<<-"E"', '3<<E', '<< E', '<<<', '<<'],
  ['80/tcp', '8000-8010', 'scratch', 'AS', 'stage', 'NONE', 'CMD', 'SIGTERM', 'http://x/y', 'git@x:y', '*', '**/*.go'],
  ['\u00e9', '\u{1f600}', '\udcff', '\u0000', '\ufeff', '#', '{', '}', '../..', ',', '&&'],
)
const BODIES = ['\n', '\na\nE\n', '\n\t$a\n\tE', '\n# c \\\nE\n', '\n']

const blank = fc.constantFrom(...BLANKS)
const word = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...WORDS) }, fc.string({ maxLength: 8, unit: 'binary' }))
const spaced = fc.tuple(blank, word).map(([before, text]) => before + text)
const flags = fc.array(
  fc.constantFrom(...FLAGS).map(flag => ` ${flag}`),
  { maxLength: 3 },
)
const instruction = fc
  .tuple(fc.constantFrom(...KEYWORDS), flags, fc.array(spaced, { maxLength: 6 }), fc.constantFrom(...BODIES))
  .map(([keyword, given, words, body]) => keyword + given.join('') + words.join('') + body)
const head = fc
  .array(fc.constantFrom(...DIRECTIVES), { maxLength: 3 })
  .map(lines => lines.map(line => `${line}\n`).join(''))

/** Texts that look like Dockerfiles, more or less. Lone surrogates stand for bytes that are no UTF-8 (base/text.ts). */
export const dockerfileText: fc.Arbitrary<string> = fc
  .tuple(head, fc.constantFrom('FROM a\n', 'FROM a AS b\n', ''), fc.array(instruction, { maxLength: 6 }))
  .map(([directives, from, instructions]) => withoutHalves(directives + from + instructions.join('')))

/** Halves of surrogate pairs other than those that stand for bytes mean nothing. */
export function withoutHalves(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, half => (half >= '\udc80' && half <= '\udcff' ? half : '?'))
}
