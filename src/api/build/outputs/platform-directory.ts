import { formatPlatform, type Platform } from '../../../oci/index.ts'

/** `linux_amd64`, as docker names the directory of a platform. */
export function platformDirectory(platform: Platform): string {
  return formatPlatform(platform).replaceAll('/', '_')
}
