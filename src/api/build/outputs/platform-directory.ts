import { formatPlatform, normalizePlatform, type Platform } from '../../../oci/index.ts'

/** `linux_amd64`, as docker names the directory of a platform. */
export function platformDirectory(platform: Platform): string {
  return formatPlatform(normalizePlatform(platform)).replaceAll('/', '_')
}
