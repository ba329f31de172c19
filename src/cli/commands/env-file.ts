import { usage } from '../arguments.ts'

/** The lines of an --env-file as `NAME=value`: no quotes, comments only at the start of a line, NAME alone from `env`, as docker reads it. */
export function readEnvFile(text: string, path: string, env: Readonly<Record<string, string | undefined>>): string[] {
  return text.split('\n').flatMap((line, index) => {
    const entry = line.replace(/\r$/, '').trimStart()
    if (entry === '' || entry.startsWith('#')) return []
    const name = entry.split('=', 1)[0] as string
    if (name === '' || /\s/.test(name))
      throw usage(`${path}:${index + 1}: invalid environment variable name ${JSON.stringify(name)}`)
    if (entry.includes('=')) return [entry]
    return env[name] === undefined ? [] : [`${name}=${env[name]}`]
  })
}
