import type { LintBaseImage } from '../dockerfile/index.ts'
import { parseReference } from '../oci/index.ts'

/**
 * What the configs of well-known official images set beside PATH. Their values differ from tag to tag; the names have
 * been the same for years, and names are all that rules ask for.
 */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  alpine: [],
  debian: [],
  ubuntu: [],
  busybox: [],
  fedora: ['DISTTAG', 'FGC', 'FBR', 'container'],
  almalinux: [],
  rockylinux: [],
  archlinux: ['LANG'],
  golang: ['GOLANG_VERSION', 'GOPATH', 'GOTOOLCHAIN'],
  rust: ['RUSTUP_HOME', 'CARGO_HOME', 'RUST_VERSION'],
  node: ['NODE_VERSION', 'YARN_VERSION'],
  python: [
    'LANG',
    'GPG_KEY',
    'PYTHON_VERSION',
    'PYTHON_SHA256',
    'PYTHON_PIP_VERSION',
    'PYTHON_SETUPTOOLS_VERSION',
    'PYTHON_GET_PIP_URL',
    'PYTHON_GET_PIP_SHA256',
  ],
  nginx: ['NGINX_VERSION', 'NJS_VERSION', 'NJS_RELEASE', 'PKG_RELEASE', 'DYNPKG_RELEASE', 'ACME_VERSION'],
}
/** Their configs have triggers. */
const WITH_TRIGGERS = /onbuild/

/** What rules may go by without looking an image up: only of well-known official images is anything said. */
export const WELL_KNOWN_IMAGES: Pick<ReadonlyMap<string, LintBaseImage>, 'get'> = {
  get: reference => {
    const name = officialName(reference)
    const variables = name !== undefined && Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined
    if (!variables || WITH_TRIGGERS.test(reference)) return undefined
    const environment = new Map(['PATH', ...variables].map(variable => [variable, '']))
    return { platform: undefined, environment, shell: undefined, triggers: [] }
  },
}

function officialName(reference: string): string | undefined {
  try {
    const { domain, path } = parseReference(reference)
    return domain === 'docker.io' && path.startsWith('library/') ? path.slice('library/'.length) : undefined
  } catch {
    return undefined
  }
}
