import { isIP } from 'node:net'
import { usage } from '../../arguments.ts'

/** `--add-host NAME:IP` or `NAME=IP`; an address of version 6 may stand in brackets. */
export function parseHost(text: string): { readonly host: string; readonly ip: string } {
  const [, host = '', written = ''] = /^([^=:]+)[=:](.+)$/.exec(text) ?? []
  const ip = written.replace(/^\[(.*)\]$/, '$1')
  if (ip === 'host-gateway')
    throw usage(
      `invalid --add-host ${JSON.stringify(text)}: there is no gateway`,
      'RUN steps have the network of the host: give an address of it, 127.0.0.1 for instance.',
    )
  if (/^[\w.-]+$/.test(host) && isIP(ip) !== 0) return { host, ip }
  throw usage(`invalid --add-host ${JSON.stringify(text)}`, 'It is NAME:ADDRESS, as in db:10.0.0.5.')
}
