/** A program with a live display on its standard error, for pty.test.ts: ends as its argument says. */
import { setTimeout } from 'node:timers/promises'
import { openDisplay, terminalOf } from './index.ts'

const display = openDisplay({ mode: 'auto', terminal: terminalOf(process.stderr) })
display.sink({ type: 'vertex', id: 0, name: '[app 1/2] FROM base', inputs: [] })
display.sink({ type: 'vertex', id: 1, name: '[app 2/2] RUN make', inputs: [0] })
display.sink({ type: 'completed', id: 0, at: Date.now(), outcome: 'cached' })
display.sink({ type: 'started', id: 1, at: Date.now() })
display.sink({ type: 'log', id: 1, at: Date.now(), stream: 'stdout', data: Buffer.from('working\n') })
await setTimeout(150)
if (process.argv[2] === 'throw') throw new Error('unexpected')
if (process.argv[2] === 'exit') process.exit(3)
display.sink({ type: 'completed', id: 1, at: Date.now(), outcome: 'done', uncompressedBytes: 1000 })
display.finish()
