import { writeFileSync } from 'node:fs'

/** Writes a registries.conf that looks up docker.io names at `host`, by plain HTTP, and nowhere else. */
export function writeRegistriesConf(file: string, host: string): void {
  writeFileSync(
    file,
    `unqualified-search-registries = ["docker.io"]

[[registry]]
prefix = "docker.io"
location = "${host}"
insecure = true
`,
  )
}
