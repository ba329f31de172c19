/** Variables by which the dynamic loader and libc take code or data from files: glibc's and musl's. */
const LOADER =
  /^(?:LD_|GLIBC_|MALLOC_|GCONV_PATH$|NLSPATH$|(?:MUSL_)?LOCPATH$|GETCONF_DIR$|HOSTALIASES$|LOCALDOMAIN$|RES_OPTIONS$|TZDIR$)/

/**
 * A process's environment in two parts: what programs of the machine may be called with, and what only programs inside
 * the root may see, because it would make the machine's own programs load files of the image as root.
 */
export function splitEnvironment(env: readonly string[]): { outside: string[]; inside: string[] } {
  const named = env.filter(pair => pair.indexOf('=') > 0)
  return {
    outside: named.filter(pair => !LOADER.test(nameOf(pair))),
    inside: named.filter(pair => LOADER.test(nameOf(pair))),
  }
}

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf('='))
}
