/** Installs the Debian programs that the tests use and this machine lacks. */
import { installPrograms } from './debian-programs.ts'
import { runScript } from './run-script.ts'

const PACKAGE_OF = {
  '/bin/busybox': 'busybox-static',
  buildah: 'buildah',
  bzip2: 'bzip2',
  crun: 'crun',
  'docker-registry': 'docker-registry',
  git: 'git',
  htpasswd: 'apache2-utils',
  'mkfs.ext4': 'e2fsprogs',
  ip: 'iproute2',
  mmdebstrap: 'mmdebstrap',
  openssl: 'openssl',
  podman: 'podman',
  python3: 'python3',
  runc: 'runc',
  script: 'bsdutils',
  setfattr: 'attr',
  setpriv: 'util-linux',
  'ssh-keygen': 'openssh-client',
  skopeo: 'skopeo',
  umoci: 'umoci',
  xz: 'xz-utils',
  zstd: 'zstd',
}

await runScript(() => installPrograms(PACKAGE_OF, line => console.log(line)))
