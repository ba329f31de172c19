import { describe, expect, it } from 'vitest'
import { ownerChangedAfterCopy } from './owner-changed-after-copy.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

describe('OwnerChangedAfterCopy', () => {
  it.each([
    ['chown', 'COPY . /app\nRUN chown -R node:node /app'],
    ['a directory above', 'COPY --from=b /x /srv/app/x\nRUN mkdir y && chown -hR app /srv'],
    ['chmod', 'ADD a.tar /opt/a/\nRUN chmod --recursive 755 /opt/a'],
    ['a relative path', 'COPY . .\nRUN chown -R app .'],
  ])('finds %s', (_, lines) => {
    expect(linesOf(ownerChangedAfterCopy, `FROM x\nWORKDIR /w\n${lines}\n`)).toEqual([4])
  })

  it('says what to write', () => {
    const [finding] = findingsOf(ownerChangedAfterCopy, 'FROM x\nCOPY . /app\nRUN chown -R node:node /app\n')
    expect(finding?.hint).toBe('write --chown=node:node in line 2 instead')
  })

  it.each([
    ['another directory', 'COPY . /app\nRUN chown -R node /data'],
    ['a part of it', 'COPY . /app\nRUN chown -R node /app/uploads'],
    ['one file', 'COPY a.sh /app/\nRUN chmod +x /app/a.sh'],
    ['files that come later', 'RUN chown -R node /app\nCOPY . /app'],
    ['a variable', 'COPY . /app\nRUN chown -R node $DIR'],
  ])('says nothing of %s', (_, lines) => {
    expect(linesOf(ownerChangedAfterCopy, `FROM x\n${lines}\n`)).toEqual([])
  })
})
