import { Command } from 'commander'
import { expect, it } from 'vitest'
import { withoutBooleanValues } from './boolean-values.ts'

const command = new Command()
  .option('-i, --interactive')
  .option('-t, --tty')
  .option('-v, --volume <volume>')
  .option('--rm')
  .option('--no-cache')
  .option('--build-arg <arg>')

it.each<[string, string]>([
  ['--rm=true app', '--rm app'],
  ['--rm=false app', 'app'],
  ['--no-cache=1 .', '--no-cache .'],
  ['-t=true app', '-t app'],
  ['--volume --rm=true app', '--volume --rm=true app'],
  ['-itv --rm=true --rm=T app', '-itv --rm=true --rm app'],
  ['-vx --rm=0 app', '-vx app'],
  ['--rm=perhaps app', '--rm=perhaps app'],
  ['--build-arg=true app', '--build-arg=true app'],
  ['app --rm=true', 'app --rm=true'],
  ['-- --rm=true', '-- --rm=true'],
])('%s is %s', (given, expected) => {
  expect(withoutBooleanValues(command, given.split(' '), true).join(' ')).toBe(expected)
})

it('reads on after the first operand where others follow', () => {
  expect(withoutBooleanValues(command, ['.', '--no-cache=true'], false)).toEqual(['.', '--no-cache'])
})
