import { describe, expect, it } from 'vitest'
import { WEIGHT_RULES } from './index.ts'
import { lintInput } from './weight.fixture.ts'

const many = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join('')

/** A quarter of a megabyte each. */
const TEXTS: Readonly<Record<string, string>> = {
  'updates that nothing follows': `FROM debian\n${many(13_000, () => 'RUN apt-get update\n')}CMD ["x"]\n`,
  'downloads and removals': `FROM debian\n${many(3_000, i => `RUN curl -o /a${i}.zip https://x/y\nRUN rm -f /b${i}\n`)}`,
  'copies and changes of owner': `FROM debian\n${many(5_000, i => `COPY a${i} /a${i}\nRUN chown -R x /b${i}\n`)}`,
  'one long command': `FROM debian\nRUN ${many(20_000, () => 'rm a \\\n && ')} true\n`,
  'a chain of stages': `FROM a AS s0\n${many(8_000, i => `FROM s${i} AS s${i + 1}\nCOPY . .\n`)}`,
  'stages that nothing needs': `${many(10_000, i => `FROM a AS s${i}\nRUN x\n`)}FROM b\n`,
  'names that are near': `${many(4_000, i => `FROM a AS stage${i}\nCOPY --from=staeg${i} a b\n`)}`,
  'values that double': `FROM a\nENV a=${'a'.repeat(1000)}\n${many(5_000, () => 'ENV a=$a$a\nWORKDIR /$a\n')}`,
  'programs that are not copied': `FROM a AS b\n${many(5_000, i => `RUN go build -o /a${i}\n`)}FROM c\n${many(5_000, i => `COPY --from=b /x${i} /y/\n`)}CMD ["/z/a1"]\n`,
  'scripts in scripts': `FROM a\nRUN ${many(30_000, () => 'sh -c \\\n "')}\n`,
}

describe("Tare's rules", () => {
  it.each(Object.entries(TEXTS))(
    'take a moment for %s',
    (_, text) => {
      const input = lintInput(text)
      const start = process.cpuUsage()
      for (const rule of WEIGHT_RULES) for (const _finding of rule.check(input));
      const { user, system } = process.cpuUsage(start)
      expect((user + system) / 1e6).toBeLessThan(4)
    },
    60_000,
  )
})
