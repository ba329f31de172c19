import { describe, expect, it } from 'vitest'
import { startFailure } from './start-failure.ts'

const logOf = (...messages: string[]) => messages.map(msg => `${JSON.stringify({ level: 'error', msg })}\n`).join('')

describe("a runtime's complaint", () => {
  it.each([
    ['nope', 'executable file `nope` not found in $PATH: No such file or directory', 127],
    [
      'nope',
      'runc run failed: unable to start container process: exec: "nope": executable file not found in $PATH',
      127,
    ],
    ['/x', 'runc run failed: unable to start container process: exec: "/x": stat /x: no such file or directory', 127],
    ['/x', 'open executable: Permission denied', 126],
    ['/x', 'open executable: Operation not permitted', 126],
    ['/x', 'exec /x: exec format error', 126],
    ['nope', 'failed to execute nope: No such file or directory', 127],
  ])('about %s (%s) is exit code %i', (program, message, exitCode) => {
    const error = startFailure(logOf(message), { args: [program] })
    expect(error).toMatchObject({ code: 'SANDBOX_COMMAND_NOT_FOUND', facts: { exitCode } })
    expect(error.message).toContain(program)
  })
  it.each([
    'mount `sysfs` to `sys`: Device or resource busy',
    'runc run failed: mkdir /sys/fs/cgroup/cpuset/x: no such file or directory',
    'mount: /x/root: unknown filesystem type',
  ])('about the sandbox itself (%s) is no fault of the program', message => {
    const error = startFailure(logOf(message), { args: ['/bin/true'] })
    expect(error).toMatchObject({ code: 'SANDBOX_FAILED', message: `starting the sandbox: ${message}` })
  })
  it('is kept whole when there are several, and when it is no JSON', () => {
    expect(startFailure(`${logOf('one', 'two')}three\n`, { args: ['p'] }).message).toBe(
      'starting the sandbox: one; two; three',
    )
  })
})
