import { expect, it } from 'vitest'
import { splitEnvironment } from './loader-variables.ts'

it("keeps what makes libc load files away from the machine's own programs", () => {
  const env = [
    'PATH=/bin',
    'LD_PRELOAD=/evil.so',
    'LD_LIBRARY_PATH=lib',
    'GLIBC_TUNABLES=x',
    'LOCPATH=/l',
    'A=LD_B=1',
    '=x',
    'bare',
  ]
  expect(splitEnvironment(env)).toEqual({
    outside: ['PATH=/bin', 'A=LD_B=1'],
    inside: ['LD_PRELOAD=/evil.so', 'LD_LIBRARY_PATH=lib', 'GLIBC_TUNABLES=x', 'LOCPATH=/l'],
  })
})
