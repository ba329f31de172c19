import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { closeSync, fchownSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { keepInheritedDescriptors, openPipe } from '../host/index.ts'
import { exitStatus } from './exit-status.ts'
import { killChain, runningProcess } from './running-process.ts'
import type { ExecIo, ExitStatus } from './sandbox.ts'
import { ownProcessNumber } from './scratch-file.ts'
import { holdTerminal } from './terminal.ts'

/** A ^C typed into the caller's own terminal has reached the program already. */
const SENT_BY_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

/** The programs of this machine that every sandbox stands on. */
export interface ChainTools {
  readonly setpriv: string
  readonly unshare: string
  readonly sh: string
}

export interface ChainCommand {
  readonly tools: ChainTools
  /** More options for unshare. */
  readonly unshare?: readonly string[]
  /** POSIX shell text; runs as process 1 of its own pid namespace, in its own mount namespace, with its own /proc. */
  readonly script: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Descriptors that the script gets from number 3 on. */
  readonly fds: readonly number[]
  /** The process's terminal: none, the caller's own, or one that a runtime makes and copies the caller's to and from. */
  readonly terminal: 'none' | 'own' | 'copied'
  /** Called when the size of the caller's terminal changes, with process 1 of the script's namespace. */
  readonly onResize?: ((pid: number) => void) | undefined
  /** The owner of the pipes: who may open /dev/stdout. */
  readonly owner: { readonly uid: number; readonly gid: number }
}

/**
 * A process whose parent died before it asked for the parent-death signal never gets it: the script looks up, through
 * the /proc it was born under, whether its grandparent is still this process.
 */
function guarded(command: ChainCommand): string {
  const proc = 3 + command.fds.length
  return `read -r a a a p a </proc/self/fd/${proc}/self/stat && read -r a a a g a </proc/self/fd/${proc}/$p/stat || exit 125
[ "$g" = "$1" ] || exit 125
exec ${proc}<&-
shift
${command.script}`
}

/**
 * Runs a script under parent-death SIGKILL with all that descends from it: when this process dies, and when the signal
 * aborts, the kernel ends its whole pid namespace and with it every mount. Resolves when all of it is gone.
 * The death signal is tied to the thread that calls this: it must live as long as the run.
 */
export async function runChain(command: ChainCommand, io: ExecIo, signal?: AbortSignal): Promise<ExitStatus> {
  signal?.throwIfAborted()
  keepInheritedDescriptors()
  const streams = openStreams(io, command.owner)
  const proc = openSync('/proc', 'r')
  try {
    const child = spawnChain(command, [streams.stdin, streams.stdout, streams.stderr, ...command.fds, proc])
    const stop = (): void => killChain(child)
    signal?.addEventListener('abort', stop, { once: true })
    using _terminal = command.terminal === 'none' ? undefined : holdTerminal(child, command.onResize)
    try {
      streams.closeOwn()
      io.onStart?.(runningProcess(child, command.terminal === 'own' ? SENT_BY_TERMINAL : []))
      const status = await exitOf(child)
      await streams.ended
      return status
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  } finally {
    streams.closeOwn()
    closeSync(proc)
  }
}

function spawnChain(command: ChainCommand, stdio: StdioOptions): ChildProcess {
  const { tools } = command
  const unshare = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private', '--mount-proc']
  const args = ['--pdeathsig', 'KILL', tools.unshare, ...unshare, ...(command.unshare ?? [])]
  return spawn(
    tools.setpriv,
    [...args, tools.sh, '-c', guarded(command), 'sandbox', ownProcessNumber(), ...command.args],
    {
      cwd: command.cwd,
      env: command.env,
      stdio,
      // A Ctrl-C is for Tare, which then ends the run; only a run with a terminal stays in its session.
      detached: command.terminal === 'none',
    },
  )
}

function exitOf(child: ChildProcess): Promise<ExitStatus> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(exitStatus(code, signal)))
  })
}

interface Streams {
  readonly stdin: number | 'inherit'
  readonly stdout: number | 'inherit'
  readonly stderr: number | 'inherit'
  closeOwn(): void
  readonly ended: Promise<unknown>
}

function openStreams(io: ExecIo, owner: ChainCommand['owner']): Streams {
  const own: number[] = []
  const ends: Promise<void>[] = []
  const open = (target: ExecIo['stdout']): number | 'inherit' => {
    if (target === 'inherit') return 'inherit'
    const pipe = openPipe()
    fchownSync(pipe.write, owner.uid, owner.gid)
    own.push(pipe.write)
    ends.push(drain(pipe.read, target))
    return pipe.write
  }
  return {
    stdin: io.stdin === 'null' ? openNothing(own) : 'inherit',
    stdout: open(io.stdout),
    stderr: open(io.stderr),
    closeOwn: () => {
      for (const fd of own.splice(0)) closeSync(fd)
    },
    get ended() {
      return Promise.all(ends)
    },
  }
}

/** An empty pipe: for a stdin of /dev/null crun gives the root's /dev/null to the process's user. */
function openNothing(ends: number[]): number {
  const pipe = openPipe()
  closeSync(pipe.write)
  ends.push(pipe.read)
  return pipe.read
}

function drain(fd: number, take: (chunk: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new Socket({ fd, readable: true, writable: false })
    socket.on('data', take)
    socket.once('error', reject)
    socket.once('close', () => resolve())
  })
}
