import { describe, expect, it } from 'vitest'
import type { HistoryRow, ImageRow } from '../record/index.ts'
import { formatDiskUsage } from './disk-usage.ts'
import { formatTable } from './format-table.ts'
import { formatHistory } from './history-list.ts'
import { formatImageList } from './image-list.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const ID = `sha256:bb3cd637b76a${'0'.repeat(52)}` as const
const APP: ImageRow = {
  id: ID,
  repository: 'tiny',
  tag: '1',
  createdMs: NOW - 120_000,
  uncompressedBytes: 300_003,
  platform: 'linux/amd64',
}
const UNNAMED: ImageRow = { id: `sha256:${'c'.repeat(64)}`, uncompressedBytes: 1_052_968_960, platform: 'linux/arm64' }

describe('formatTable', () => {
  it("pads as Docker's tabwriter does", () => {
    expect(
      formatTable(
        ['TAG', 'A LONGER HEADING', 'LAST'],
        [
          ['1', 'x', 'y'],
          ['a-long-tag', '', 'ünïcödé'],
        ],
      ),
    ).toBe(
      'TAG          A LONGER HEADING   LAST\n1            x                  y\na-long-tag                      ünïcödé\n',
    )
  })
})

describe('formatImageList', () => {
  it('looks like docker images', () => {
    expect(formatImageList([APP, UNNAMED], { now: NOW })).toBe(
      'REPOSITORY   TAG       IMAGE ID       CREATED         SIZE\n' +
        'tiny         1         bb3cd637b76a   2 minutes ago   300kB\n' +
        '<none>       <none>    cccccccccccc   N/A             1.05GB\n',
    )
  })

  it('shows digests, as docker images --digests', () => {
    expect(formatImageList([APP], { now: NOW, digests: true })).toBe(
      'REPOSITORY   TAG       DIGEST    IMAGE ID       CREATED         SIZE\n' +
        'tiny         1         <none>    bb3cd637b76a   2 minutes ago   300kB\n',
    )
  })

  it('has a headline even when there are no images', () => {
    expect(formatImageList([], { now: NOW })).toBe('REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n')
  })

  it('gives each ID once when quiet', () => {
    expect(formatImageList([APP, { ...APP, tag: '2' }], { now: NOW, quiet: true })).toBe('bb3cd637b76a\n')
    expect(formatImageList([APP], { now: NOW, quiet: true, noTrunc: true })).toBe(`${ID}\n`)
  })

  it('gives sizes in bytes as JSON, one object a line', () => {
    const lines = formatImageList([APP, UNNAMED], { now: NOW, format: 'json' }).trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line).Size)).toEqual([300_003, 1_052_968_960])
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      Repository: 'tiny',
      Tag: '1',
      ID: 'bb3cd637b76a',
      Digest: '<none>',
    })
  })

  it.each([
    ['{{.Repository}}:{{.Tag}}', 'tiny:1\n'],
    ['table {{.ID}}\\t{{.Size}}', 'IMAGE ID       SIZE\nbb3cd637b76a   300kB\n'],
    ['table {{.ID}}\t{{.Size}}', 'IMAGE ID       SIZE\nbb3cd637b76a   300kB\n'],
    ['{{.ID}}\\t{{.Size}}', 'bb3cd637b76a\t300kB\n'],
    ['{{.CreatedAt}}', '2026-11-21 11:58:00 +0000 UTC\n'],
    ['{{if eq .Tag "1"}}{{upper .Repository}}{{end}}', 'TINY\n'],
    [
      'table',
      'REPOSITORY   TAG       IMAGE ID       CREATED         SIZE\ntiny         1         bb3cd637b76a   2 minutes ago   300kB\n',
    ],
  ])('--format %j', (format, expected) => {
    expect(formatImageList([APP], { now: NOW, format })).toBe(expected)
  })

  it('says which field was meant', () => {
    expect(() => formatImageList([APP], { now: NOW, format: '{{.Sise}}' })).toThrow(
      expect.objectContaining({ hint: 'did you mean `.Size`?' }),
    )
  })

  it('does not fail on an empty list because a template computes', () => {
    expect(formatImageList([], { now: NOW, format: '{{slice .ID 0 12}} {{json .}}' })).toBe('')
  })
})

describe('formatHistory', () => {
  const rows: HistoryRow[] = [
    {
      id: ID,
      createdMs: NOW - 90_000,
      createdBy: 'CMD ["/app"]',
      uncompressedBytes: 0,
      comment: 'buildkit.dockerfile.v0',
    },
    {
      createdMs: NOW - 3 * 86_400_000,
      createdBy: `RUN /bin/sh -c ${'x'.repeat(60)}\n# buildkit`,
      uncompressedBytes: 1_980_000,
      comment: '',
    },
  ]

  it('looks like docker history', () => {
    expect(formatHistory(rows, { now: NOW })).toBe(
      'IMAGE          CREATED              CREATED BY                                      SIZE      COMMENT\n' +
        'bb3cd637b76a   About a minute ago   CMD ["/app"]                                    0B        buildkit.dockerfile.v0\n' +
        '<missing>      3 days ago           RUN /bin/sh -c xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…   1.98MB    \n',
    )
  })

  it('gives dates and bytes when not for people', () => {
    expect(formatHistory(rows.slice(0, 1), { now: NOW, human: false })).toBe(
      'IMAGE          CREATED AT             CREATED BY     SIZE      COMMENT\n' +
        'bb3cd637b76a   2026-11-21T11:58:30Z   CMD ["/app"]   0         buildkit.dockerfile.v0\n',
    )
  })

  it('leaves whole what --no-trunc asks for', () => {
    expect(formatHistory(rows, { now: NOW, noTrunc: true, format: '{{.ID}} {{.CreatedBy}}' })).toBe(
      `${ID} CMD ["/app"]\n<missing> RUN /bin/sh -c ${'x'.repeat(60)}\\x0a# buildkit\n`,
    )
  })
})

describe('formatDiskUsage', () => {
  const rows = [
    { type: 'Images', total: 59, active: 0, diskBytes: 12_190_000, reclaimableBytes: 12_190_000 },
    { type: 'Build Cache', total: 0, active: 0, diskBytes: 0, reclaimableBytes: 0 },
  ]

  it('looks like docker system df', () => {
    expect(formatDiskUsage(rows)).toBe(
      'TYPE          TOTAL     ACTIVE    SIZE      RECLAIMABLE\n' +
        'Images        59        0         12.2MB    12.2MB (100%)\n' +
        'Build Cache   0         0         0B        0B\n',
    )
  })

  it('gives bytes as JSON', () => {
    expect(JSON.parse(formatDiskUsage(rows.slice(0, 1), 'json'))).toEqual({
      Type: 'Images',
      TotalCount: 59,
      Active: 0,
      Size: 12_190_000,
      Reclaimable: 12_190_000,
    })
  })
})
