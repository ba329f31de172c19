/** What Docker has and Tare has not, each with what to do instead. */
const VERBS: Readonly<Record<string, string>> = {
  ps: 'Containers of `tare run` live only as long as the command; there is nothing to list.',
  stop: 'End `tare run` with Ctrl-C or SIGTERM.',
  kill: 'End `tare run` with Ctrl-C or SIGTERM.',
  rm: 'Containers are removed when `tare run` ends; images are removed with `tare rmi`.',
  start: 'Use `tare run` again: containers are not kept.',
  restart: 'Use `tare run` again: containers are not kept.',
  create: 'Use `tare run`: containers are not kept.',
  exec: 'Start a second program with `tare run`, or a shell with `tare run -it IMAGE sh`.',
  attach: 'Run it in the foreground with `tare run`.',
  logs: 'The output of `tare run` goes to your terminal.',
  cp: 'Mount a folder with `tare run -v`, or read files with `tare save`.',
  commit: 'Write the change as a Dockerfile and use `tare build`.',
  export: 'Use `tare save`, or mount a folder with `tare run -v`.',
  compose: 'Tare builds and runs single images; use the file with another tool.',
  swarm: 'Tare has no daemon and no cluster.',
  container: 'Containers of `tare run` live only as long as the command.',
  network: 'Containers use the host network, or none with --network none.',
  volume: 'Mount host folders with `tare run -v /host/path:/path`.',
  rename: 'Containers are not kept; images get another name with `tare tag`.',
  update: 'Containers are not kept.',
  diff: 'Containers are not kept; see what a step added with `tare history`.',
  top: 'The processes are children of `tare run`: use ps.',
  stats: 'The processes are children of `tare run`: use top.',
  wait: 'Use the shell: tare run ... & wait $!',
  pause: 'Use the shell: kill -STOP on the program.',
  unpause: 'Use the shell: kill -CONT on the program.',
  port: "Containers use the host network: the program's port is the host's port.",
  events: 'There is no daemon; `tare build --progress plain` tells what happens as it happens.',
  checkpoint: 'Containers are not kept.',
  manifest: 'Indexes of several platforms come with a later version.',
  trust: 'Use digests: NAME@sha256:...',
  plugin: 'Tare has no plugins.',
  node: 'Tare has no daemon and no cluster.',
  service: 'Tare has no daemon and no cluster.',
  stack: 'Tare has no daemon and no cluster.',
  secret: 'Tare has no daemon and no cluster.',
  config: 'Tare has no daemon and no cluster.',
  buildx: 'Leave the word out: `tare build`.',
  builder: 'Use `tare system prune` to empty the build cache.',
  search: "Search in the registry's own web page.",
}

const RUN_FLAGS: Readonly<Record<string, string>> = {
  '-p': "Containers use the host network: the program's port is the host's port.",
  '--publish': "Containers use the host network: the program's port is the host's port.",
  '-P': "Containers use the host network: the program's port is the host's port.",
  '--publish-all': "Containers use the host network: the program's port is the host's port.",
  '-d': 'There is no daemon to hand it to; use the shell: tare run ... &',
  '--detach': 'There is no daemon to hand it to; use the shell: tare run ... &',
  '--restart': 'There is no daemon to restart it; use your service manager.',
  '--mount': 'Use -v /host/path:/path[:ro].',
  '--privileged': "Containers run with Docker's default capabilities.",
  '--cap-add': "Containers run with Docker's default capabilities.",
  '--cap-drop': "Containers run with Docker's default capabilities.",
  '--memory': 'Limits come with a later version; use systemd-run or ulimit around tare.',
  '-m': 'Limits come with a later version; use systemd-run or ulimit around tare.',
  '--cpus': 'Limits come with a later version; use taskset around tare.',
  '--link': 'Containers share the host network: use localhost.',
  '--net': 'The flag is called --network.',
  '--pull': 'Use `tare pull` before it.',
  '--tmpfs': 'Write to /tmp: nothing of the container is kept.',
  '--init': 'The program is process 1; let the image start an init.',
  '--sig-proxy': 'Leave it out: signals always reach the program.',
  '--stop-timeout': 'A program has 10 s to end after SIGTERM or Ctrl-C.',
  '--stop-signal': 'The signal that tare run gets is the one that the program gets.',
  '--detach-keys': 'There is nothing to detach from.',
  '--cidfile': 'Containers have no ID; use --name.',
  '--add-host': 'Mount a hosts file: -v /path/hosts:/etc/hosts.',
  '--dns': 'Mount a resolv.conf: -v /path/resolv.conf:/etc/resolv.conf.',
  '--volumes-from': 'Give both containers the same -v.',
  ...all('Containers are not kept: nobody could see it.', '--label', '-l', '--label-file', '--annotation'),
  ...all(
    'Limits come with a later version; use systemd-run or ulimit around tare.',
    ...['--memory-reservation', '--memory-swap', '--memory-swappiness', '--kernel-memory', '--cpu-shares', '-c'],
    ...['--cpu-period', '--cpu-quota', '--cpuset-cpus', '--cpuset-mems', '--pids-limit', '--ulimit', '--shm-size'],
    ...['--blkio-weight', '--device-read-bps', '--device-write-bps', '--oom-kill-disable', '--oom-score-adj'],
    ...['--cgroup-parent', '--cgroupns'],
  ),
  ...all(
    'Containers run with namespaces, devices and rights that cannot be chosen yet.',
    ...['--device', '--gpus', '--security-opt', '--pid', '--ipc', '--uts', '--userns', '--group-add', '--sysctl'],
    ...['--runtime', '--storage-opt', '--isolation'],
  ),
  ...all(
    'Containers use the host network, or none with --network none.',
    ...['--expose', '--ip', '--ip6', '--mac-address', '--network-alias', '--net-alias', '--domainname'],
    ...['--dns-search', '--dns-option', '--dns-opt'],
  ),
  ...all('The output of `tare run` goes to your terminal.', '--log-driver', '--log-opt', '--attach', '-a'),
  ...all(
    'Health checks are for those who keep containers; run the check by hand.',
    ...['--health-cmd', '--health-interval', '--health-retries', '--health-timeout', '--health-start-period'],
    ...['--health-start-interval', '--no-healthcheck'],
  ),
}

/** The same advice for several flags. */
function all(advice: string, ...flags: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(flags.map(flag => [flag, advice]))
}

const LATER = 'It is not supported yet.'
const BUILD_FLAGS: Readonly<Record<string, string>> = {
  '--cache-from': LATER,
  '--cache-to': LATER,
  '--squash': 'Use a second stage and COPY --from what is needed.',
  '--compress': 'Leave it out: there is no daemon to send the context to.',
  '--rm': 'Leave it out: no containers are kept.',
  '--force-rm': 'Leave it out: no containers are kept.',
  '--memory': LATER,
  '--debug': 'Use --progress plain.',
  '-D': 'Use --progress plain.',
  '--isolation': 'Leave it out: there is one kind here; see `tare info`.',
  '--security-opt': 'Leave it out; see `tare info` for what RUN is confined by.',
  ...all('Leave it out: Tare writes no attestations.', '--attest', '--provenance', '--sbom'),
  ...all(
    'Limits come with a later version; use systemd-run or ulimit around tare.',
    ...['--cgroup-parent', '-m', '--memory-swap', '-c', '--cpu-shares', '--cpu-period'],
    ...['--cpu-quota', '--cpuset-cpus', '--cpuset-mems'],
  ),
  '--builder': 'There is no builder to choose: Tare builds by itself.',
}

const TRANSFER_FLAGS: Readonly<Record<string, string>> = {
  '--all-tags': 'Name each tag.',
  '-a': 'Name each tag.',
  '--disable-content-trust': 'Leave it out: what is pulled is checked against its digest.',
}
const ONE_PLATFORM = 'Leave it out: an image in the store is of one platform.'
const PRUNE_FLAGS: Readonly<Record<string, string>> = {
  '--filter': 'Remove single images with `tare rmi`.',
  '--volumes': 'Leave it out: there are no volumes.',
}

const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  run: RUN_FLAGS,
  build: BUILD_FLAGS,
  images: { '--tree': 'Use --digests and `tare inspect`.' },
  pull: TRANSFER_FLAGS,
  push: { ...TRANSFER_FLAGS, '--platform': ONE_PLATFORM },
  save: { '--platform': ONE_PLATFORM },
  history: { '--platform': ONE_PLATFORM },
  rmi: { '--platform': ONE_PLATFORM, '--no-prune': 'Leave it out: what others need is never removed.' },
  inspect: {
    '--type': 'Leave it out: there are only images.',
    '-s': 'Size is always shown.',
    '--size': 'Size is always shown.',
  },
  'system prune': PRUNE_FLAGS,
  'image prune': PRUNE_FLAGS,
  'system df': { '-v': 'Use `tare images` and `tare history`.', '--verbose': 'Use `tare images` and `tare history`.' },
}

export function adviceForVerb(verb: string): string | undefined {
  return VERBS[verb]
}

export function adviceForFlag(verb: string, flag: string): string | undefined {
  return FLAGS[verb]?.[flag.split('=', 1)[0] ?? flag]
}
