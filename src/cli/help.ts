import type { CommandEntry } from './io.ts'

/** The page of `tare --help`. */
export function formatHelp(commands: Readonly<Record<string, CommandEntry>>): string {
  const width = Math.max(...Object.keys(commands).map(name => name.length))
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  return `Usage: tare COMMAND [OPTIONS]

Builds container images from Dockerfiles with no daemon, and shows what they weigh.

Commands:
${rows.join('\n')}

Run 'tare COMMAND --help' for more on a command.
`
}
