import { describe, expect, it } from 'vitest'
import { redactable, redactor } from './redact.ts'

/** What a sink gets of chunks, all together. */
function shown(secrets: readonly string[], chunks: readonly string[]): string {
  const out: Uint8Array[] = []
  const filter = redactor(redactable(secrets.map(secret => Buffer.from(secret))), chunk => out.push(chunk))
  for (const chunk of chunks) filter.push(Buffer.from(chunk))
  filter.end()
  return Buffer.concat(out).toString()
}

describe('output', () => {
  it.each<[string, readonly string[], readonly string[], string]>([
    ['without a secret passes', ['hunter22'], ['nothing ', 'here'], 'nothing here'],
    ['with one has stars', ['hunter22'], ['a hunter22 b hunter22'], 'a **** b ****'],
    ['with one cut in two', ['hunter22'], ['a hun', 'ter22 b'], 'a **** b'],
    ['with one in single bytes', ['hunter22'], [...'xhunterhunter22y'], 'xhunter****y'],
    ['with one begun at its end', ['hunter22'], ['a hunter2'], 'a hunter2'],
    ['knows a value without its line end', ['hunter22\n'], ['a hunter22 b'], 'a **** b'],
    ['knows single lines', ['first-line\nsecond-line\n'], ['> second-line <'], '> **** <'],
    ['takes the longest', ['hunter22', 'hunter22-more'], ['a hunter22-more'], 'a ****'],
    ['takes the longest over chunks', ['hunter22', 'hunter22-more'], ['a hunter22', '-more b'], 'a **** b'],
    ['has no shorter one left at its end', ['hunter22', 'hunter22-more'], ['a hunter22'], 'a ****'],
    ['knows lines cut where the whole goes on', ['line-one\nline-two'], ['line-one\n', 'line-two\n'], '****\n'],
    ['leaves short values alone', ['short'], ['in short'], 'in short'],
  ])('%s', (_, secrets, chunks, expected) => {
    expect(shown(secrets, chunks)).toBe(expected)
  })

  it('is passed on at once where no secret can have begun', () => {
    const out: string[] = []
    const filter = redactor([Buffer.from('hunter22')], chunk => out.push(Buffer.from(chunk).toString()))
    filter.push(Buffer.from('ready\n'))
    filter.push(Buffer.from('hun'))
    expect(out).toEqual(['ready\n'])
    filter.push(Buffer.from('gry\n'))
    expect(out).toEqual(['ready\n', 'hungry\n'])
  })
})
