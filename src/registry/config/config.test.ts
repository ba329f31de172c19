import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { parseReference } from '../../oci/index.ts'
import { testHome } from '../test-home.fixture.ts'
import { readCertificates } from './certificates.ts'
import { endpointsOf } from './endpoints.ts'
import { loadRegistries } from './load.ts'
import { decodeRegistries } from './registries-conf.ts'

const digest = `sha256:${'a'.repeat(64)}`

/** `host path` of every place, mirrors first. */
function places(toml: string, reference: string): string[] {
  const rules = decodeRegistries(parse(toml), 'test')
  return endpointsOf(parseReference(reference), rules).map(
    place => `${place.host} ${place.path}${place.insecure ? ' insecure' : ''}`,
  )
}

describe('places of a reference', () => {
  it.each([
    ['nothing said: Docker Hub has an API host', '', 'alpine', ['registry-1.docker.io library/alpine']],
    ['nothing said', '', 'r.example:5000/a/b:1', ['r.example:5000 a/b']],
    [
      'location',
      '[[registry]]\nprefix="docker.io"\nlocation="127.0.0.1:5000"',
      'alpine',
      ['127.0.0.1:5000 library/alpine'],
    ],
    [
      'location with a path',
      '[[registry]]\nprefix="a.example/x"\nlocation="b.example/y/z"',
      'a.example/x/app',
      ['b.example y/z/app'],
    ],
    [
      'a prefix ends at a part',
      '[[registry]]\nprefix="a.example/x"\nlocation="b.example"',
      'a.example/xy',
      ['a.example xy'],
    ],
    [
      'a prefix is no port',
      '[[registry]]\nprefix="a.example"\nlocation="b.example"',
      'a.example:5000/x',
      ['a.example:5000 x'],
    ],
    [
      'a whole repository',
      '[[registry]]\nprefix="a.example/x"\nlocation="b.example/y"',
      'a.example/x:1',
      ['b.example y'],
    ],
    [
      'the longest prefix',
      '[[registry]]\nprefix="a.example"\nlocation="b.example"\n[[registry]]\nprefix="a.example/x"\nlocation="c.example"',
      'a.example/x/app',
      ['c.example app'],
    ],
    [
      'wildcards',
      '[[registry]]\nprefix="*.example"\ninsecure=true',
      'deep.sub.example:1/x',
      ['deep.sub.example:1 x insecure'],
    ],
    [
      'wildcards mean a part',
      '[[registry]]\nprefix="*.example"\ninsecure=true',
      'badexample.org/x',
      ['badexample.org x'],
    ],
    ['wildcards and location', '[[registry]]\nprefix="*.example"\nlocation="m.test/p"', 'a.example/x', ['m.test p/x']],
  ])('%s', (_, toml, reference, expected) => {
    expect(places(toml, reference)).toEqual(expected)
  })
  it('are mirrors first, by what they serve', () => {
    const mirror = (name: string, more: string): string => `[[registry.mirror]]\nlocation="${name}"\n${more}\n`
    const mirrors = mirror('all.example/m', 'insecure=true') + mirror('tag.example', 'pull-from-mirror="tag-only"')
    const toml = `[[registry]]\nlocation="a.example"\n${mirrors}${mirror('digest.example', 'pull-from-mirror="digest-only"')}`
    expect(places(toml, 'a.example/x:1')).toEqual(['all.example m/x insecure', 'tag.example x', 'a.example x'])
    expect(places(toml, `a.example/x@${digest}`)).toEqual([
      'all.example m/x insecure',
      'digest.example x',
      'a.example x',
    ])
  })
  it('may be blocked', () => {
    expect(() => places('[[registry]]\nprefix="a.example/bad"\nblocked=true', 'a.example/bad/x')).toThrow(
      expect.objectContaining({ code: 'REGISTRY_BLOCKED', facts: { reference: 'a.example/bad/x', host: 'a.example' } }),
    )
  })
})

describe('registries.conf', () => {
  it.each([
    ['[registries.search]\nregistries = []', 'version 1'],
    ['[[registry]]\nblocked=true', 'prefix or a location'],
    ['[[registry]]\nlocation=7', 'location: expected a text'],
    ['[[registry]]\nlocation="a"\ninsecure="yes"', 'insecure: expected true or false'],
    ['[[registry]]\nlocation="https://a"', 'without a scheme'],
    ['[[registry]]\nprefix="a.*.b"\nlocation="x"', 'wildcard'],
    ['[[registry]]\nlocation="a"\n[[registry.mirror]]\nlocation="b"\npull-from-mirror="never"', 'pull-from-mirror'],
    ['[[registry', 'registries.conf'],
  ])('that is wrong is an error: %j', async (text, message) => {
    await using home = await testHome()
    await home.write('registries.conf', text)
    await expect(loadRegistries(home.env)).rejects.toMatchObject({
      code: 'REGISTRY_BAD_CONFIG',
      message: expect.stringContaining(message),
    })
  })
  it('is the user’s before the system’s, and drop-ins come after', async () => {
    await using home = await testHome()
    const env = { XDG_CONFIG_HOME: home.path }
    await home.write('containers/registries.conf', '[[registry]]\nprefix="a.example"\nlocation="one.example"\n')
    await home.write(
      'containers/registries.conf.d/50-x.conf',
      '[[registry]]\nprefix="a.example"\nlocation="two.example"\n',
    )
    await home.write('containers/registries.conf.d/ignored.txt', 'not TOML')
    const rule = (await loadRegistries(env)).find(each => each.prefix === 'a.example')
    expect(rule?.location).toBe('two.example')
  })
  it('named by the environment must exist', async () => {
    await expect(loadRegistries({ CONTAINERS_REGISTRIES_CONF: '/nowhere/registries.conf' })).rejects.toMatchObject({
      code: 'REGISTRY_BAD_CONFIG',
    })
  })
})

describe('certs.d', () => {
  it('holds authorities and the client’s own certificate', async () => {
    await using home = await testHome()
    const env = { XDG_CONFIG_HOME: home.path }
    for (const [name, text] of [
      ['ca.crt', 'CA'],
      ['client.cert', 'CERT'],
      ['client.key', 'KEY'],
      ['notes', ''],
    ] as const)
      await home.write(`containers/certs.d/r.example:5000/${name}`, text)
    expect(await readCertificates('r.example:5000', env)).toEqual({ authorities: ['CA'], cert: 'CERT', key: 'KEY' })
    expect(await readCertificates('r.example', env)).toEqual({ authorities: [], cert: undefined, key: undefined })
  })
  it('wants the key of a certificate', async () => {
    await using home = await testHome()
    await home.write('containers/certs.d/r.example/client.cert', 'CERT')
    await expect(readCertificates('r.example', { XDG_CONFIG_HOME: home.path })).rejects.toThrow(
      'its key client.key is missing',
    )
  })
  it('is not left by a hostile host name', async () => {
    await using home = await testHome()
    await home.write('containers/ca.crt', 'CA')
    expect((await readCertificates('..', { XDG_CONFIG_HOME: home.path })).authorities).toEqual([])
  })
})
