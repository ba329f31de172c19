import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runOrThrow } from './command.ts'

/** Whether a program is on $PATH; /usr/sbin counts too, where Debian puts some. */
export function isInstalled(program: string): boolean {
  if (program.includes('/')) return isExecutable(program)
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some(folder => folder !== '' && isExecutable(join(folder, program)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Installs the Debian packages of the programs that are missing, as root; says what to do otherwise. */
export async function installPrograms(
  packageOf: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<void> {
  const missing = Object.keys(packageOf).filter(program => !isInstalled(program))
  if (missing.length === 0) return
  const packages = missing.map(program => packageOf[program]!)
  const command = `apt-get install ${packages.join(' ')}`
  if (!isInstalled('apt-get')) throw new Error(`finding ${missing.join(', ')}: not installed, and this is not a Debian`)
  if (process.getuid?.() !== 0) throw new Error(`finding ${missing.join(', ')}: not installed; run as root: ${command}`)
  say(`installing ${packages.join(', ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await runOrThrow('apt-get', ['update', '-qq'], { env })
  await runOrThrow('apt-get', ['install', '-qq', '--yes', '--no-install-recommends', ...packages], { env })
}
