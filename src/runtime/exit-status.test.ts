import { expect, it } from 'vitest'
import { exitStatus } from './exit-status.ts'

it.each([
  [0, null, { code: 0 }],
  [3, null, { code: 3 }],
  [137, null, { code: 137, signal: 'SIGKILL' }],
  [130, null, { code: 130, signal: 'SIGINT' }],
  [255, null, { code: 255 }],
  [null, 'SIGTERM', { code: 143, signal: 'SIGTERM' }],
] as const)('the end %s %s is %j', (code, signal, status) => {
  expect(exitStatus(code, signal)).toEqual(status)
})
