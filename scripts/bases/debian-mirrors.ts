import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface DebianMirrors {
  readonly main: string
  readonly security: string
}

/** The mirrors of this machine's apt; Debian's own where the machine is not a Debian one. */
export function debianMirrors(apt = '/etc/apt'): DebianMirrors {
  const uris = aptSourceTexts(apt).flatMap(archiveUris)
  return {
    main: uris.find(uri => /\/debian\/?$/.test(uri)) ?? 'http://deb.debian.org/debian',
    security: uris.find(uri => /\/debian-security\/?$/.test(uri)) ?? 'http://deb.debian.org/debian-security',
  }
}

function aptSourceTexts(apt: string): string[] {
  const folder = join(apt, 'sources.list.d')
  const parts = existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : []
  return [join(apt, 'sources.list'), ...parts].filter(existsSync).map(file => readFileSync(file, 'utf8'))
}

/** Both spellings of apt sources: `deb [options] URI suite component` and `URIs: URI`. Only http: base images have no CA certificates. */
export function archiveUris(text: string): string[] {
  const lines = text.split('\n').filter(line => /^(deb\s|URIs:)/.test(line))
  return lines.flatMap(line => line.match(/http:\/\/\S+/g) ?? [])
}
