import { describe, expect, it } from 'vitest'
import { collect, newCommand, parseArguments } from './arguments.ts'
import type { CliIo } from './io.ts'

const io = { stdout: { write: () => true } } as unknown as CliIo
const command = () =>
  newCommand('build', 'x', io)
    .argument('[words...]')
    .option('-t, --tag <name>', '', collect)
    .option('--target <stage>', '')

describe('parseArguments', () => {
  it('gives options and words', () => {
    const { options, args } = parseArguments<{ tag: string[] }>(command(), ['-t', 'a', '--tag=b', '.'])
    expect(options.tag).toEqual(['a', 'b'])
    expect(args).toEqual(['.'])
  })

  it.each([
    [['--tga', 'x'], 'CLI_USAGE', 'unknown flag: --tga', 'Did you mean --tag?'],
    [['--nothing-like-it'], 'CLI_USAGE', 'unknown flag: --nothing-like-it', "See 'tare build --help'"],
    [['--squash'], 'CLI_NOT_SUPPORTED', 'tare has no --squash', 'second stage'],
    [['-t'], 'CLI_USAGE', 'argument missing', "See 'tare build --help'"],
  ])('says what is wrong with %j', (argv, code, message, hint) => {
    expect(() => parseArguments(command(), argv)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message), hint: expect.stringContaining(hint) }),
    )
  })
})
