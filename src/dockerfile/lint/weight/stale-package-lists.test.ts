import { describe, expect, it } from 'vitest'
import { stalePackageLists } from './stale-package-lists.ts'
import { linesOf } from './weight.fixture.ts'

describe('StalePackageLists', () => {
  it('finds an update in a RUN of its own, in any stage that is built', () => {
    const text =
      'FROM debian AS a\nRUN apt-get update\nENV X=1\nRUN apt-get install -y gcc\nFROM alpine\nCOPY --from=a /x /x\n'
    expect(linesOf(stalePackageLists, text)).toEqual([2])
  })

  it.each([
    ['one instruction', 'RUN apt-get update && apt-get install -y gcc'],
    ['an install with an update of its own', 'RUN apt-get update\nRUN apt-get update && apt-get install -y gcc'],
    ['an update alone', 'RUN apt-get update'],
    ['an install before it', 'RUN apt-get install -y ./a.deb\nRUN apt-get update'],
  ])('says nothing of %s', (_, runs) => {
    expect(linesOf(stalePackageLists, `FROM debian\n${runs}\n`)).toEqual([])
  })
})
