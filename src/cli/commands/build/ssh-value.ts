import { statSync } from 'node:fs'
import type { SshSource } from '../../../api/index.ts'
import { usage } from '../../arguments.ts'

/** `--ssh default`, `ID=SOCKET`, `ID=KEY,KEY`: an agent's socket, or private keys, by what is there. */
export function parseSsh(text: string): readonly [string, SshSource] {
  const equals = text.indexOf('=')
  const id = equals < 0 ? text : text.slice(0, equals)
  if (id === '') throw usage(`invalid --ssh ${JSON.stringify(text)}`, 'It is default, ID=SOCKET or ID=KEY[,KEY].')
  if (equals < 0) return [id, {}]
  const paths = text.slice(equals + 1).split(',')
  const sockets = paths.filter(isSocket)
  if (sockets.length === 0) return [id, { keys: paths }]
  if (paths.length === 1) return [id, { socket: paths[0] }]
  throw usage(`invalid --ssh ${JSON.stringify(text)}: expected one socket, or keys, not both`)
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false
}
