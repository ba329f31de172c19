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
}

const LATER = 'It is not supported yet.'
const BUILD_FLAGS: Readonly<Record<string, string>> = {
  '--secret': LATER,
  '--ssh': LATER,
  '--output': 'Use `tare save` after the build.',
  '-o': 'Use `tare save` after the build.',
  '--load': "Leave it out: the image is always in Tare's store. For Docker: tare save NAME | docker load",
  '--cache-from': LATER,
  '--cache-to': LATER,
  '--build-context': LATER,
  '--squash': 'Use a second stage and COPY --from what is needed.',
  '--compress': 'Leave it out: there is no daemon to send the context to.',
  '--rm': 'Leave it out: no containers are kept.',
  '--force-rm': 'Leave it out: no containers are kept.',
  '--memory': LATER,
  '--builder': 'There is no builder to choose: Tare builds by itself.',
}

const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = { run: RUN_FLAGS, build: BUILD_FLAGS }

export function adviceForVerb(verb: string): string | undefined {
  return VERBS[verb]
}

export function adviceForFlag(verb: string, flag: string): string | undefined {
  return FLAGS[verb]?.[flag.split('=', 1)[0] ?? flag]
}
