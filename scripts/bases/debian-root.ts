import { join } from 'node:path'
import { runOrThrow } from '../command.ts'
import { debianMirrors } from './debian-mirrors.ts'

export const SUITE = 'bookworm'

/** What the official slim images leave out, now and in every later `apt-get install`. */
const UNTRANSLATED_AND_UNDOCUMENTED = ['doc', 'groff', 'info', 'lintian', 'linda', 'locale', 'man'].map(
  name => `/usr/share/${name}/*`,
)

/** The arguments of mmdebstrap that decide what is in the root; part of the base's recipe. */
export function debianRootArguments(folder: string): string[] {
  const mirrors = debianMirrors()
  return [
    '--quiet',
    '--variant=minbase',
    '--components=main',
    // /usr is merged from the start: else the package that merges it stays behind, with the whole of Perl.
    '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
    '--include=usr-is-merged',
    '--skip=output/dev',
    '--aptopt=Apt::Install-Recommends "false"',
    '--aptopt=Acquire::Check-Valid-Until "false"',
    ...UNTRANSLATED_AND_UNDOCUMENTED.map(path => `--dpkgopt=path-exclude=${path}`),
    '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    `--customize-hook=cp '${join(folder, 'apt-in-images.conf')}' "$1/etc/apt/apt.conf.d/in-images"`,
    // mmdebstrap leaves the options above behind; the official image has apt's own defaults.
    '--customize-hook=rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap" "$1/etc/hostname" "$1/etc/resolv.conf"',
    '--customize-hook=rm -rf "$1"/var/cache/apt/*.bin "$1"/var/log/*.log "$1"/var/log/apt/* "$1"/var/cache/debconf/*-old',
    SUITE,
    '-',
    `deb ${mirrors.main} ${SUITE} main`,
    `deb ${mirrors.main} ${SUITE}-updates main`,
    `deb ${mirrors.security} ${SUITE}-security main`,
  ]
}

/** Makes the root file system of debian:bookworm-slim as a tar file. `file` must not exist; it may be left half-written on failure. */
export async function makeDebianRoot(folder: string, file: string, signal?: AbortSignal): Promise<void> {
  await runOrThrow('mmdebstrap', debianRootArguments(folder), { stdoutFile: file, ...(signal && { signal }) })
}
