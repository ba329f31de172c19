import { readFileSync } from 'node:fs'

declare const TARE_VERSION_DEFINE: string | undefined

/** Set at build time; read from package.json when running from source. */
export const TARE_VERSION: string =
  typeof TARE_VERSION_DEFINE === 'string'
    ? TARE_VERSION_DEFINE
    : (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version
