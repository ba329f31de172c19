import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { RunningProcess } from './sandbox.ts'
import { PLAIN, type SandboxBench } from './sandbox-bench.fixture.ts'

/** How signals and aborts end what runs in a sandbox. */
export function sandboxEndContract(bench: SandboxBench): void {
  const { newRoot } = bench

  describe('a signal', () => {
    /** Runs a script that says when it is ready, and then sends the signals. */
    const signalled = async (script: string, ...signals: NodeJS.Signals[]) => {
      const started = Promise.withResolvers<RunningProcess>()
      const ready = Promise.withResolvers<void>()
      const out: Uint8Array[] = []
      const stdout = (chunk: Uint8Array): void => {
        out.push(chunk)
        ready.resolve()
      }
      const io = { stdin: 'null', stdout, stderr: () => undefined, onStart: started.resolve } as const
      const running = bench.sandbox.run(newRoot(), { ...PLAIN, args: ['/bin/sh', '-c', script] }, io)
      const program = await started.promise
      await ready.promise
      for (const name of signals) program.signal(name)
      return { status: await running, program, stdout: Buffer.concat(out).toString() }
    }
    const WAIT = 'echo ready; while true; do sleep 0.02; done'
    it.each<[NodeJS.Signals]>([['SIGTERM'], ['SIGINT'], ['SIGHUP'], ['SIGUSR1']])(
      '%s reaches the program, which may end as it likes',
      async name => {
        const { status, stdout } = await signalled(`trap 'echo got; exit 5' ${name.slice(3)}; ${WAIT}`, name)
        expect({ status, stdout }).toEqual({ status: { code: 5 }, stdout: 'ready\ngot\n' })
      },
    )
    it('that ends what the program waits for shows in its exit code', async () => {
      const script = `trap 'kill -TERM $!' TERM; sh -c 'echo ready; exec sleep 300' & wait $!; wait $!; exit $?`
      expect((await signalled(script, 'SIGTERM')).status).toEqual({ code: 143, signal: 'SIGTERM' })
    })
    it('that process 1 does not handle is ignored, all but SIGKILL', async () => {
      expect((await signalled('echo ready; sleep 0.2; exit 3', 'SIGTERM')).status).toEqual({ code: 3 })
      expect((await signalled(WAIT, 'SIGTERM', 'SIGKILL')).status).toEqual({ code: 137, signal: 'SIGKILL' })
    })
    it('after the end does nothing', async () => {
      const { program } = await signalled('echo ready')
      program.signal('SIGTERM')
      program.signal('SIGKILL')
    })
  })

  describe('an abort', () => {
    it('ends everything before the call returns', async () => {
      const stop = new AbortController()
      const root = newRoot()
      const started = Promise.withResolvers<void>()
      const io = { stdin: 'null', stdout: () => started.resolve(), stderr: () => undefined } as const
      const args = [
        '/bin/sh',
        '-c',
        'trap "" TERM INT HUP; echo x >/ticks; echo go; while true; do echo x >>/ticks; sleep 0.01; done',
      ]
      const running = bench.sandbox.run(root, { ...PLAIN, args }, io, stop.signal)
      await started.promise
      stop.abort(new Error('stopped'))
      await expect(running).rejects.toThrow('stopped')
      const ticks = readFileSync(`${root.upper}/ticks`).length
      await delay(60)
      expect(readFileSync(`${root.upper}/ticks`)).toHaveLength(ticks)
    })
    it('before the start starts nothing', async () => {
      const io = { stdin: 'null', stdout: () => undefined, stderr: () => undefined } as const
      const signal = AbortSignal.abort(new Error('never'))
      await expect(bench.sandbox.run(newRoot(), { ...PLAIN, args: ['/bin/true'] }, io, signal)).rejects.toThrow('never')
    })
  })
}
