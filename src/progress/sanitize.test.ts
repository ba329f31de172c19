import { expect, it } from 'vitest'
import { sanitizeOutput } from './sanitize.ts'

it.each([
  ['plain text', 'plain text'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b[2J\u001b[1;1Hx', 'x'],
  ['\u001b]0;title\u0007x', 'x'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['\u001b]52;c;never ended', ''],
  ['\u001bPdcs\u001b\\x', 'x'],
  ['\u001b(0x\u001bc', 'x'],
  ['x\u001b', 'x'],
  ['\u009b31mx', '\\x9b31mx'],
  ['a\u0000b', 'a\\x00b'],
  ['\udcffx', '\\xffx'],
  ['tab\tstop', 'tab     stop'],
  ['ab\b\bc', 'c'],
  [' 10%\r 50%\r100%', '100%'],
  ['windows\r', 'windows'],
  ['日本語 é', '日本語 é'],
  ['\u202eevil', '\\u202eevil'],
])('%j', (line, expected) => {
  expect(sanitizeOutput(line)).toBe(expected)
})

it('keeps colours when asked, and ends them', () => {
  expect(sanitizeOutput('\u001b[1;31mred\u001b[2K', true)).toBe('\u001b[1;31mred\u001b[0m')
  expect(sanitizeOutput('\u001b[31mred\u001b[0m plain', true)).toBe('\u001b[31mred\u001b[0m plain')
  expect(sanitizeOutput('\u001b[>0mx\u001b[?25hy', true)).toBe('xy')
})

it('takes linear time on hostile lines', () => {
  const started = performance.now()
  for (const piece of ['\u001b]', '\u001b[0', '\u001b[;', '\u001b]\u001b', '\b', '\r', '\u001b('])
    sanitizeOutput(piece.repeat(8192 / piece.length), true)
  expect(performance.now() - started).toBeLessThan(1000)
})
