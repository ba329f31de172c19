import { execFileSync } from 'node:child_process'
import { copyFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../scripts/command.ts'
import { tareProgram } from '../../scripts/tare.ts'
import { type MadeEntry, makeTar } from '../../src/testkit/make-tar.ts'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import { type Canary, plantCanary } from '../support/canary.ts'
import type { ContextEntry } from '../support/context.ts'
import { leftovers } from '../support/leaks.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** What a process tries, as a shell test that holds when it is contained. */
const ATTEMPTS: Readonly<Record<string, string>> = {
  'has the 14 capabilities of Docker and no more': 'grep -q "^CapEff:.*00000000a80425fb" /proc/self/status',
  'gives a process of another user no capability at all':
    'su app -c "grep -q ^CapEff:.*0000000000000000 /proc/self/status"',
  'sees its own processes only': '[ "$(ls /proc | grep -c "^[0-9]")" -lt 9 ] && ! kill -0 "$HOST_PID" 2>/dev/null',
  'is process 1, whose environment is its own': '! tr "\\0" "\\n" </proc/1/environ | grep -q TARE_',
  'does not get the environment of Tare': '! env | grep -qE "HOST_SECRET|TARE_|DOCKER_CONFIG"',
  'has no descriptor that was open before it': '[ -z "$(ls /proc/$$/fd | grep -vE "^(0|1|2|10)$")" ]',
  'cannot mount': '! mount -t tmpfs none /tmp 2>/dev/null && ! mount -o bind /etc /tmp 2>/dev/null',
  'cannot mount again to write':
    '! mount -o remount,rw /sys 2>/dev/null && ! mount -o remount,rw /proc/sys 2>/dev/null',
  'cannot unmount what hides': '! umount /proc/keys 2>/dev/null && ! umount /sys/firmware 2>/dev/null',
  'cannot change the name of the host':
    '! hostname owned 2>/dev/null && ! echo owned 2>/dev/null >/proc/sys/kernel/hostname',
  'cannot set a core pattern': '! echo "|/x" 2>/dev/null >/proc/sys/kernel/core_pattern',
  'cannot press sysrq': '! echo h 2>/dev/null >/proc/sysrq-trigger',
  'cannot write to /sys': '! touch /sys/x 2>/dev/null && ! echo 1 2>/dev/null >/sys/kernel/uevent_helper',
  'finds cgroups neither to write nor to release':
    '! touch /sys/fs/cgroup/x 2>/dev/null && ! mkdir /sys/fs/cgroup/x 2>/dev/null',
  'does not see kernel keys, timers and memory': '[ -z "$(cat /proc/keys /proc/timer_list /proc/kcore 2>/dev/null)" ]',
  'cannot open a disk of the machine by its number':
    'mknod /disk b $LOOP 2>/dev/null; ! head -c 4 /disk 2>/dev/null | grep -q host',
  'cannot open a disk by its number in /dev':
    'mknod /dev/disk b $LOOP 2>/dev/null; ! head -c 4 /dev/disk 2>/dev/null | grep -q host',
  'cannot open a disk that lies in the image': '[ -b /hostdisk ] && ! head -c 4 /hostdisk 2>/dev/null',
  'cannot read the kernel log':
    'mknod /kmsg c 1 11 2>/dev/null; ! head -c 1 /kmsg 2>/dev/null && [ -z "$(dmesg 2>/dev/null)" ]',
  'cannot change the devices of the machine': '! chmod 600 /dev/null 2>/dev/null; [ "$(stat -c %a /dev/null)" = 666 ]',
  'has devices that work':
    'echo x >/dev/null && [ "$(head -c 3 /dev/zero | wc -c)" = 3 ] && [ "$(head -c 3 /dev/urandom | wc -c)" = 3 ]',
  'may make harmless nodes, fifos and sockets': 'mknod /n c 1 3 && mkfifo /f',
  'cannot leave by chroot and ..': 'mkdir -p /c && chroot /c /x 2>/dev/null; [ ! -e /../../../../$CANARY/secret ]',
  'finds nothing of the store': '[ ! -e $STORE ] && ! grep -q "$STORE/blobs" /proc/self/mountinfo',
  'cannot write to what is mounted over /etc': '! echo x 2>/dev/null >/etc/hosts',
  'cannot make a user namespace (with a filter)':
    '[ "$(grep ^Seccomp: /proc/self/status | tr -dc 0-9)" != 2 ] || ! unshare -r true 2>/dev/null',
}

/** Only a sandbox with the filter does these. */
const FILTERED = new Set(['cannot make a user namespace (with a filter)'])

describe.each(['crun', 'runc', 'built-in'])('a RUN in the sandbox %s', sandbox => {
  let store: TestStore
  let canary: Canary
  let loop: LoopDevice
  let output: string

  beforeAll(async () => {
    store = openTestStore({ TARE_SANDBOX: sandbox, HOST_SECRET: 'hunter2' })
    canary = plantCanary()
    loop = new LoopDevice()
    await buildBusybox(store)
    const [major, minor] = loop.number
    const tries = Object.values(ATTEMPTS).map(
      (test, index) => `if (${test}); then echo "held ${index}"; else echo "broken ${index}"; fi`,
    )
    const device = { name: 'hostdisk', type: 'block', mode: 0o666, device: [major, minor] } as const
    const files = {
      'disk.tar': makeTar([device]),
      'try.sh': tries.join('\n'),
      Dockerfile: `FROM busybox
ADD disk.tar /
ARG LOOP HOST_PID CANARY STORE
COPY try.sh /
RUN sh /try.sh; true
`,
    }
    const args = { LOOP: `${major} ${minor}`, HOST_PID: String(process.pid), CANARY: canary.path, STORE: store.root }
    const flags = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
    const built = await buildContext(store, files, ['--no-cache', ...flags])
    expect(built.code, built.stderr).toBe(0)
    output = built.stderr
  })
  afterAll(() => {
    store[Symbol.dispose]()
    loop[Symbol.dispose]()
    canary[Symbol.dispose]()
  })

  it.each(Object.keys(ATTEMPTS).map((name, index) => ({ name, index })))('$name', ({ name, index }) => {
    if (FILTERED.has(name) && sandbox === 'built-in') return
    expect(output).toContain(` held ${index}\n`)
  })

  it('leaves the machine as it was', () => {
    expect(canary.changes()).toEqual([])
    expect(loop.text()).toBe('host')
    expect(leftovers(store.root)).toEqual([])
  })

  it('lets setuid programs work', async () => {
    const Dockerfile = `FROM busybox
RUN sed -i s/root:x/root:/ /etc/passwd && chmod 4755 /bin/busybox
USER app
RUN [ "$(id -u) $(su -c 'id -u')" = "10001 0" ]
`
    const built = await buildContext(store, { Dockerfile })
    expect(built.code, built.stderr).toBe(0)
  })

  it('does not hand on a file that was open when Tare was started', async () => {
    const run = 'exec 7</etc/passwd; exec "$0" run busybox sh -c "[ ! -e /proc/self/fd/7 ]"'
    const { code, stderr } = await runCommand('bash', ['-c', run, tareProgram()], { env: store.env })
    expect(code, stderr).toBe(0)
  })

  it('does not open a disk in a folder of the host either', async () => {
    using folder = tempFolder()
    const [major, minor] = loop.number
    const test = `mknod /v/disk b ${major} ${minor} 2>/dev/null; ! head -c 4 /v/disk 2>/dev/null`
    const { code, stderr } = await store.tare(['run', '-v', `${folder.path}:/v`, 'busybox', 'sh', '-c', test])
    expect(code, stderr).toBe(0)
  })
})

/** A block device of the machine that holds the word `host`. */
class LoopDevice implements Disposable {
  readonly #folder = tempFolder()
  readonly #path: string

  constructor() {
    const file = join(this.#folder.path, 'disk')
    writeFileSync(file, 'host')
    truncateSync(file, 1024 * 1024)
    this.#path = execFileSync('losetup', ['-f', '--show', file], { encoding: 'utf8' }).trim()
  }

  get number(): readonly [number, number] {
    const text = execFileSync('stat', ['-c', '%t %T', this.#path], { encoding: 'utf8' })
    const [major = 0, minor = 0] = text
      .trim()
      .split(' ')
      .map(part => Number.parseInt(part, 16))
    return [major, minor]
  }

  text(): string {
    return execFileSync('head', ['-c', '4', this.#path], { encoding: 'utf8' })
  }

  [Symbol.dispose](): void {
    execFileSync('losetup', ['-d', this.#path])
    this.#folder[Symbol.dispose]()
  }
}

/** Roots whose paths lead out, and what is done over them. `$CANARY` stands for its path. */
const ROOTS: Readonly<
  Record<
    string,
    {
      readonly before?: string
      readonly links?: Readonly<Record<string, string>>
      readonly step: string
      readonly holds?: string
      readonly says?: RegExp
    }
  >
> = {
  '/etc as a link out': {
    links: { etc: '$CANARY' },
    step: 'RUN touch /etc/new',
    holds: '[ -e /$CANARY/new ]',
  },
  '/etc as a link out by ..': {
    links: { etc: '../../../../../$CANARY' },
    step: 'RUN touch /etc/new',
    holds: '[ -e /$CANARY/new ]',
  },
  '/etc/resolv.conf as a link to a secret': {
    links: { 'etc/resolv.conf': '../../../../../..$CANARY/secret' },
    step: 'RUN cat /etc/resolv.conf; touch /x',
    holds: '[ -e /x ]',
  },
  '/etc/hosts as a link to itself': {
    links: { 'etc/hosts': 'hosts' },
    step: 'RUN true',
    says: /too many (levels of )?symbolic links/,
  },
  '/proc as a link out': { links: { proc: '$CANARY' }, step: 'RUN true', says: /mount point \/proc|\/proc.*symlink/ },
  '/dev as a link out': {
    links: { dev: '../../..$CANARY' },
    step: 'RUN true',
    says: /mount point \/dev|\/dev.*symlink/,
  },
  '/sys as a link in': { links: { sys: '/bin' }, step: 'RUN true', says: /mount point \/sys|\/sys.*symlink/ },
  'WORKDIR through a link out': {
    before: 'ln -s $CANARY /out',
    step: 'WORKDIR /out/made',
    holds: '[ -d /$CANARY/made ]',
  },
  'WORKDIR through a chain of links out': {
    before: 'ln -s /../../.. /up && ln -s up/$CANARY /out',
    step: 'WORKDIR /out/made',
    holds: '[ -d /$CANARY/made ]',
  },
  'WORKDIR through links in a circle': {
    before: 'ln -s b /a && ln -s a /b',
    step: 'WORKDIR /a/made',
    says: /too many symbolic links/,
  },
  'COPY to a link out': { before: 'ln -s $CANARY /out', step: 'COPY file /out/', holds: '[ -f /$CANARY/file ]' },
  'COPY to a link to a file outside': {
    before: 'ln -s $CANARY/secret /out',
    step: 'COPY file /out',
    holds: '[ "$(cat /$CANARY/secret)" = mine ]',
  },
  'COPY over a directory of links': {
    before: 'mkdir /d && ln -s $CANARY /d/sub',
    step: 'COPY tree /d',
    says: /cannot (replace|copy)|not a directory/,
  },
  'COPY through links in a circle': {
    before: 'ln -s b /a && ln -s a /b',
    step: 'COPY file /a/x',
    says: /too many symbolic links/,
  },
  'COPY --chown with a passwd that leads out': {
    before: 'rm /etc/passwd && ln -s $CANARY/passwd /etc/passwd',
    step: 'COPY --chown=secretuser file /x',
    says: /unable to find user secretuser/,
  },
  'USER from a passwd that leads out': {
    before: 'rm /etc/passwd && ln -s $CANARY/passwd /etc/passwd',
    step: 'USER secretuser\nRUN true',
    says: /unable to find user secretuser/,
  },
  'USER from a passwd that is a fifo': {
    before: 'rm /etc/passwd && mkfifo /etc/passwd',
    step: 'USER app\nRUN true',
    says: /unable to find user app/,
  },
  'a heredoc to a link out': {
    before: 'ln -s $CANARY/secret /out',
    step: 'COPY <<EOF /out\nmine\nEOF',
    holds: '[ "$(cat /$CANARY/secret)" = mine ]',
  },
  'COPY --from of a link out': {
    before: 'ln -s $CANARY/secret /out',
    step: 'COPY --from=0 /out /x',
    says: /not found/,
  },
  'COPY --from of a tree with a link out, which stays a link': {
    before: 'mkdir /d && ln -s $CANARY/secret /d/l',
    step: 'COPY --from=0 /d /d2',
    holds: '[ -L /d2/l ]',
  },
}

describe('roots whose paths lead out', () => {
  let store: TestStore
  let canary: Canary

  beforeAll(async () => {
    store = openTestStore()
    canary = plantCanary()
    writeFileSync(join(canary.path, 'passwd'), 'secretuser:x:0:0::/:\n')
    copyFileSync(join(canary.path, 'secret'), join(canary.path, 'shadow'))
    await buildBusybox(store)
  })
  afterAll(() => {
    store[Symbol.dispose]()
    canary[Symbol.dispose]()
  })

  it.each(Object.entries(ROOTS))('%s', async (_, { before = 'true', links = {}, step, holds, says }) => {
    const before2 = canary.changes()
    const fill = (text: string): string => text.replaceAll('$CANARY', canary.path)
    const entries = Object.entries(links).map(([name, target]): MadeEntry => {
      return { name, type: 'symlink', linkname: fill(target) }
    })
    const files: Record<string, ContextEntry> = {
      file: 'mine\n',
      'links.tar': makeTar([{ name: './', type: 'dir', mode: 0o755 }, ...entries]),
      'tree/sub/file': 'x',
      Dockerfile: fill(
        `FROM busybox AS evil\nRUN ${before}\nADD links.tar /\nFROM evil\n${step}\nSHELL ["/bin/sh", "-c"]\n`,
      ),
    }
    const built = await buildContext(store, files, ['-t', 'led-out'])
    expect(built.stderr).not.toContain('internal error')
    expect(built.stderr).not.toContain(canary.secret)
    if (says) {
      expect(built.stderr).toMatch(says)
      expect(built.code).toBe(1)
    } else {
      expect(built.code, built.stderr).toBe(0)
      const run = await store.tare(['run', '-u', '0', '-w', '/', 'led-out', 'sh', '-c', fill(holds as string)])
      expect(run.code, run.stderr).toBe(0)
      expect(run.stdout).not.toContain(canary.secret)
    }
    expect(canary.changes()).toEqual(before2)
    expect(leftovers(store.root)).toEqual([])
  })
})
