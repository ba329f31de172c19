import { describe, expect, it } from 'vitest'
import { ALL_RULES } from './all-rules.ts'
import { lintInput } from './lint.fixture.ts'

const many = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join('')

/** A quarter of a megabyte each; with a whole one every case takes under four times as long. */
const TEXTS: Readonly<Record<string, string>> = {
  'names that nobody set, beside names that are near': `FROM a\nENV ${many(10_000, i => `x${i}=1 \\\n`)} a=b\nENV ${many(10_000, i => `y=$z${i} \\\n`)} a=b\n`,
  'a chain of stages over a long environment': `FROM a AS s0\nENV ${many(7_500, i => `x${i}=1 \\\n`)} a=b\n${many(4_000, i => `FROM s${i} AS s${i + 1}\nENV a=1\n`)}`,
  'triggers for many stages': `FROM a AS s\n${many(4_000, i => `ONBUILD ENV x${i}=$y\n`)}${many(5_000, () => 'FROM s\n')}`,
  'values that double': `FROM a\nENV a=${'a'.repeat(1000)}\n${many(10_000, () => 'ENV a=$a$a\n')}${many(5_000, () => `LABEL x=${'$a'.repeat(10)}\n`)}`,
  'global values that double': `ARG a=${'a'.repeat(1000)}\n${many(10_000, () => 'ARG a=$a$a\n')}${many(7_500, () => 'FROM b$a$a$a\n')}`,
  'stages that copy from each other': many(5_000, i => `FROM a AS s${i}\nCOPY --from=s${i + 1} a b\n`),
  'a comment with options before each instruction': `FROM a\n${many(250, i => `# check=skip=${'x,'.repeat(400)}y${i}\nRUN a\n`)}`,
  'one instruction of many lines with variables': `FROM a\nCOPY ${many(7_500, i => `$a${i} \\\n`)} /\n`,
  ports: `FROM a\nEXPOSE ${many(20_000, i => `${i % 60_000}/TCP \\\n`)}1`,
  'one port': `FROM a\nEXPOSE ${many(20_000, () => '80:80/TCP \\\n')}1`,
  'empty continuations': `FROM a\n${many(5_000, () => 'RUN a \\\n\n\n b\n')}`,
}

describe("Docker's rules", () => {
  it.each(Object.entries(TEXTS))(
    'take a moment for %s',
    (_, dockerfile) => {
      const inputs = [lintInput(dockerfile), lintInput(dockerfile, { onlyReachable: true, baseImages: undefined })]
      const start = process.cpuUsage()
      for (const { info, check } of ALL_RULES)
        for (const input of inputs) if (info.origin === 'docker') for (const _finding of check(input));
      const { user, system } = process.cpuUsage(start)
      expect((user + system) / 1e6).toBeLessThan(4)
    },
    60_000,
  )
})
