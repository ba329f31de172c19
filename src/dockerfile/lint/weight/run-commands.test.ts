import { describe, expect, it } from 'vitest'
import { locateWord } from './locate.ts'
import { isRunStep } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { lintInput } from './weight.fixture.ts'

/** The commands of all RUNs. */
function commandsOf(lines: string): string[] {
  const { imageSteps } = stagesOf(lintInput(`FROM a\n${lines}\n`))
  return imageSteps.flatMap(step =>
    step.commands.map(({ name, args, assignments }) =>
      [...assignments.map(word => word.value), name, ...args.map(word => word.value)].join(' '),
    ),
  )
}

describe('the commands of a RUN', () => {
  it.each([
    ['the shell form', 'RUN a b && \\\n  # comment\n  c d', ['a b', 'c d']],
    ['the exec form', 'RUN ["/usr/bin/apt-get", "install", "x y"]', ['apt-get install x y']],
    ['an exec form with a shell', 'RUN ["sh", "-c", "a && b"]', ['a', 'b', 'sh -c a && b']],
    ['a script in a script', 'RUN bash -lc "a; sh -c \'b c\'"', ['a', 'b c', 'sh -c b c', "bash -lc a; sh -c 'b c'"]],
    ['commands before commands', 'RUN sudo -u x env A=1 B=2 nice -n 5 timeout 5 a b', ['A=1 B=2 a b']],
    ['xargs', 'RUN find . | xargs -n 1 -r rm -f', ['find .', 'rm -f']],
    ['a prefix alone', 'RUN exec', ['exec']],
    ['a heredoc', 'RUN <<EOF\na b\nc\nEOF', ['a b', 'c']],
    ['a heredoc for a shell', "RUN bash -e <<'EOF'\na\nEOF", ['bash -e', 'a']],
    ['a heredoc with a shell in its first line', 'RUN <<EOF\n#!/bin/bash\na\nEOF', ['a']],
    ['a heredoc for something else', 'RUN python3 <<EOF\nimport os\nEOF', ['python3']],
    ['a heredoc of something else', 'RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF', []],
    ['a file made by a heredoc', 'RUN cat <<EOF > /x && b\nrm -rf /\nEOF', ['cat', 'b']],
    ['another POSIX shell', 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a', ['a']],
    ['no POSIX shell', 'SHELL ["pwsh", "-Command"]\nRUN a; b', []],
  ])('are read of %s', (_, lines, commands) => {
    expect(commandsOf(lines)).toEqual(commands)
  })

  it('are not read for Windows', () => {
    const { imageSteps } = stagesOf(lintInput('# escape=`\nFROM a\nRUN a `\n  b\n'))
    expect(imageSteps.flatMap(step => step.commands)).toEqual([])
  })
})

describe('locateWord', () => {
  /** What stands in the text where each word of each command is said to be. */
  function placesOf(text: string): (string | undefined)[] {
    const input = lintInput(text)
    const { lines } = input.dockerfile.file
    return stagesOf(input)
      .imageSteps.filter(isRunStep)
      .flatMap(step =>
        step.commands.flatMap(command =>
          [command.command, ...command.args].map(word => {
            const range = word && locateWord(step.instruction, command, word, input)
            return range && lines[range.startLine - 1]?.slice(range.startColumn - 1, range.endColumn - 1)
          }),
        ),
      )
  }

  it.each([
    [
      'continuations and comments',
      'FROM a\nRUN  --mount=type=ssh a "b c" \\\n   # x\n\n  && d  ${e} \\\n&& f\n',
      ['a', '"b c"', 'd', '${e}', 'f'],
    ],
    ['tabs and carriage returns', 'FROM a\r\n\tRUN\ta \\\r\n\t\tb\r\n', ['a', 'b']],
    ['heredocs', 'FROM a\nRUN <<-EOF\n\ta b\n\n\tc \\\n\t  d\n\tEOF\n', ['a', 'b', 'c', 'd']],
    ['what is not written there', 'FROM a\nRUN ["a", "b"]\n', [undefined, undefined]],
  ])('finds words among %s', (_, text, places) => {
    expect(placesOf(text)).toEqual(places)
  })
})
