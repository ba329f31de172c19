import { describe, expect, it } from 'vitest'
import { commandOf, environmentOf } from './command.ts'

describe('the command of a container', () => {
  const config = { Entrypoint: ['entry'], Cmd: ['cmd'] }
  it.each([
    ["the image's own", config, {}, ['entry', 'cmd']],
    ['words after the image replace CMD', config, { command: ['a'] }, ['entry', 'a']],
    ['--entrypoint drops CMD too', config, { entrypoint: 'sh' }, ['sh']],
    ['--entrypoint with words', config, { entrypoint: 'sh', command: ['-c', 'x'] }, ['sh', '-c', 'x']],
    ['an empty --entrypoint', config, { entrypoint: '', command: ['x'] }, ['x']],
    ['null from other builders', { Entrypoint: null, Cmd: ['c'] }, {}, ['c']],
  ])('%s', (_, image, options, expected) => {
    expect(commandOf(image, options)).toEqual(expected)
  })

  it('is an error when there is none', () => {
    expect(() => commandOf({}, {})).toThrow('no command specified')
  })
})

describe('the environment of a container', () => {
  it("has defaults, the image's and the user's, the last one winning in the first one's place", () => {
    const environment = environmentOf(
      { Env: ['A=1', 'PATH=/x'] },
      { environment: ['A=2', 'B=3'] },
      { hostname: 'h', home: '/root' },
    )
    expect(environment).toEqual(['PATH=/x', 'HOSTNAME=h', 'A=2', 'B=3', 'HOME=/root'])
  })
})
