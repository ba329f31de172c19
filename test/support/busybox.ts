import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { installPrograms } from '../../scripts/debian-programs.ts'
import type { TestStore } from './store.ts'
import { tempFolder } from './temp-folder.ts'

const DOCKERFILE = `FROM scratch
COPY --chmod=755 busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
COPY <<EOF /etc/passwd
root:x:0:0:root:/root:/bin/sh
app:x:10001:10001::/home/app:/bin/sh
EOF
COPY <<EOF /etc/group
root:x:0:
app:x:10001:
EOF
RUN mkdir -p /root /tmp && chmod 1777 /tmp
CMD ["sh"]
`

/** Builds the image `busybox` from Debian's static busybox into a store: a base for tests that need a shell and no registry. */
export async function buildBusybox(store: TestStore): Promise<void> {
  await installPrograms({ '/bin/busybox': 'busybox-static' }, () => {})
  using folder = tempFolder()
  copyFileSync('/bin/busybox', join(folder.path, 'busybox'))
  const built = await store.tare(['build', '-q', '-t', 'busybox', '-f', '-', folder.path], { input: DOCKERFILE })
  if (built.code !== 0) throw new Error(`building busybox: ${built.stderr}`)
}
