import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { RunningProcess } from './sandbox.ts'

/** Milliseconds between two looks at whether the process takes a signal by now. */
const PAUSE = 10
/** How many looks: 10 s. */
const LOOKS = 1000

/**
 * Signals go to process 1 of the child's pid namespace: the program itself, or the runtime, which passes them on.
 * @param ignored what is not sent
 */
export function runningProcess(child: ChildProcess, ignored: readonly NodeJS.Signals[]): RunningProcess {
  return {
    signal(name) {
      if (name === 'SIGKILL') killChain(child)
      else if (!ignored.includes(name)) deliver(child, name)
    },
  }
}

/** The kernel drops what process 1 neither handles nor blocks: such a signal waits. */
function deliver(child: ChildProcess, name: NodeJS.Signals, looks = LOOKS): void {
  if (hasEnded(child) || looks === 0) return
  const first = firstOf(child)
  if (first !== undefined && takes(first, constants.signals[name])) sendTo(first, name)
  else setTimeout(deliver, PAUSE, child, name, looks - 1).unref()
}

/**
 * Ends process 1 of the pid namespace; the parent follows when the namespace is empty, so that its end tells of all.
 * The parent is stopped meanwhile: unshare cannot end by SIGKILL itself and would complain instead.
 */
export function killChain(child: ChildProcess): void {
  if (hasEnded(child)) return
  const first = firstOf(child)
  if (first === undefined) {
    child.kill('SIGKILL')
    return
  }
  child.kill('SIGSTOP')
  sendTo(first, 'SIGKILL')
  endWhenEmpty(child, first)
}

/** Process 1 becomes a zombie when nothing else is left in its namespace. */
function endWhenEmpty(child: ChildProcess, first: number): void {
  if (hasEnded(child)) return
  if (isAlive(first)) setTimeout(endWhenEmpty, 1, child, first)
  else child.kill('SIGKILL')
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Process 1 of the child's pid namespace, by its number here; undefined before it exists. */
export function firstOf(child: ChildProcess): number | undefined {
  try {
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1')
    return children.split(' ').filter(Boolean).map(Number)[0]
  } catch {
    return undefined
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

function sendTo(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

/** proc(5): masks of the signals that are blocked (and wait) and caught. */
function takes(pid: number, signal: number): boolean {
  try {
    const masks = readFileSync(`/proc/${pid}/status`, 'latin1').matchAll(/^Sig(?:Blk|Cgt):\s*(\w+)/gm)
    return [...masks].some(([, mask]) => (BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n)
  } catch {
    return false
  }
}
