import { describe, expect, it } from 'vitest'
import { TareError } from '../../base/error.ts'
import { parseDockerfile } from './parse-dockerfile.ts'
import { parseMount } from './parse-mount.ts'
import type { RunInstruction } from './types.ts'

const VARIABLES: Readonly<Record<string, string>> = { TYPE: 'cache', PLACE: '/v', ON: 'true' }

function mountOf(value: string) {
  const { file, stages } = parseDockerfile(`FROM a\nRUN --mount=${value} true`, 'Dockerfile')
  const [flag] = (stages[0]!.instructions[0] as RunInstruction).mounts
  const expand = (word: string): string => word.replace(/\$(\w+)/g, (_, name: string) => VARIABLES[name] ?? '')
  return parseMount(flag!, expand, { file, range: flag!.range })
}

function failure(value: string): TareError {
  try {
    mountOf(value)
  } catch (error) {
    if (error instanceof TareError) return error
    throw error
  }
  throw new Error(`expected --mount=${value} to be refused`)
}

const CACHE = { type: 'cache', source: '', readOnly: false, sharing: 'shared' }
const SECRET = { type: 'secret', mode: 0o400, uid: 0, gid: 0, required: false }
const SSH = { type: 'ssh', id: 'default', mode: 0o600, uid: 0, gid: 0, required: false }

describe('a mount', () => {
  it.each<[string, object]>([
    ['target=/a', { type: 'bind', target: '/a', source: '', readOnly: true }],
    ['type=bind,dst=/a,src=b,rw', { type: 'bind', target: '/a', source: 'b', readOnly: false }],
    ['destination=/a,source=b,readwrite=1', { type: 'bind', target: '/a', source: 'b', readOnly: false }],
    ['target=/a,ro=f', { type: 'bind', target: '/a', source: '', readOnly: false }],
    ['target=/a,rw,readonly', { type: 'bind', target: '/a', source: '', readOnly: true }],
    ['target=/a,target=/b', { type: 'bind', target: '/b', source: '', readOnly: true }],
    ['TYPE=Bind,Target=/a', { type: 'bind', target: '/a', source: '', readOnly: true }],
    ['type=cache,target=/a', { ...CACHE, target: '/a' }],
    [
      'type=cache,target=/a,id=b,sharing=LOCKED,mode=0750,uid=1,gid=2,ro',
      { ...CACHE, target: '/a', id: 'b', sharing: 'locked', mode: 0o750, uid: 1, gid: 2, readOnly: true },
    ],
    ['type=$TYPE,target=$PLACE/x,ro=$ON', { ...CACHE, target: '/v/x', readOnly: true }],
    ['type=tmpfs,target=/a', { type: 'tmpfs', target: '/a', readOnly: false }],
    ['type=tmpfs,target=/a,size=1.5k', { type: 'tmpfs', target: '/a', size: 1536, readOnly: false }],
    ['type=secret,id=a', { ...SECRET, id: 'a', target: '/run/secrets/a' }],
    ['type=secret,id=a/b', { ...SECRET, id: 'a/b', target: '/run/secrets/b' }],
    ['type=secret,source=a,required', { ...SECRET, id: 'a', target: '/run/secrets/a', required: true }],
    ['type=secret,target=/x/y', { ...SECRET, id: 'y', target: '/x/y' }],
    ['type=secret,id=a,env=A', { ...SECRET, id: 'a', env: 'A' }],
    ['type=secret,id=a,env=A,target=/x', { ...SECRET, id: 'a', env: 'A', target: '/x' }],
    ['type=secret,id=a,mode=7644,uid=3', { ...SECRET, id: 'a', target: '/run/secrets/a', mode: 0o644, uid: 3 }],
    ['type=ssh', SSH],
    ['type=ssh,id=a,target=/s,mode=0666,required=true', { ...SSH, id: 'a', target: '/s', mode: 0o666, required: true }],
    ['type=tmpfs,\\"target=/a,b\\"', { type: 'tmpfs', target: '/a,b', readOnly: false }],
  ])('%s', (value, expected) => {
    expect(JSON.parse(JSON.stringify(mountOf(value)))).toEqual(expected)
  })
})

describe('a mount that cannot be', () => {
  it.each<[string, string, string?]>([
    ['type=bnd,target=/a', 'unsupported mount type "bnd"', 'did you mean bind?'],
    ['type=volume', 'unsupported mount type "volume"', 'it is one of bind, cache, tmpfs, secret, ssh'],
    ['tarrget=/a', "unexpected key 'tarrget'", 'did you mean target?'],
    ['target', "invalid field 'target' must be a key=value pair", 'give it a value: target=VALUE'],
    ['readonyl', "invalid field 'readonyl' must be a key=value pair", 'did you mean readonly?'],
    ['target=/a,$ON', "invalid field '$ON' must be a key=value pair"],
    ['target=/a,', "invalid field '' must be a key=value pair"],
    ['target=/a,ro=yes', 'invalid value for ro: expected true or false, got "yes"'],
    ['target=/a,rw=', 'invalid value for rw: expected true or false, got ""'],
    ['type=secret,id=a,required=2', 'invalid value for required: expected true or false, got "2"'],
    [
      'required,type=secret,id=a',
      "unexpected key 'required' for mount type 'bind'",
      'required stands after type=secret or type=ssh',
    ],
    ['size=1,type=tmpfs', "unexpected key 'size' for mount type 'bind'", 'size stands after type=tmpfs'],
    ['type=tmpfs,size=much', 'invalid value for size: expected bytes, as in 512k, 64m or 1g, got "much"'],
    ['type=cache,mode=8', 'invalid value for mode: expected octal digits, as in 0755, got "8"'],
    ['type=cache,uid=-1', 'invalid value for uid: expected a number, got "-1"'],
    ['type=cache,gid=4294967296', 'invalid value for gid: expected a number, got "4294967296"'],
    ['type=cache,sharing=lock', 'unsupported sharing value "lock"', 'did you mean locked?'],
    ['type=bind,sharing=shared', 'invalid cache sharing set for bind mount'],
    ['type=bind,mode=0755', 'mode not allowed for "bind" type mounts', 'cache, secret and ssh mounts take it'],
    ['type=tmpfs,uid=1', 'uid not allowed for "tmpfs" type mounts'],
    ['type=cache,target=/a,source=b', 'source needs a from'],
    ['type=secret', 'invalid secret mount. one of id, target required'],
    ['type=secret,id=a,source=b', "both source and id can't be set", 'source is another name of id here'],
    ['type=secret,id=a,from=b', 'secret mount should not have a from'],
    ['type=ssh,source=a', 'ssh does not support source'],
  ])('%s', (value, cause, hint) => {
    const error = failure(value)
    expect(error.message).toBe(`dockerfile parse error on line 2: --mount: ${cause}`)
    if (hint !== undefined) expect(error.hint).toBe(hint)
    expect(error.code).toBe('dockerfile-flag')
  })

  it('points at the field', () => {
    expect(failure('target=/a,bogus=1,ro').at?.range).toMatchObject({ startLine: 2, startColumn: 23, endColumn: 30 })
    expect(failure('type=secret').at?.range).toMatchObject({ startLine: 2, startColumn: 5, endColumn: 24 })
  })
})
