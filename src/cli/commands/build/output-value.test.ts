import { describe, expect, it } from 'vitest'
import { parseAnnotation } from './annotation-value.ts'
import { csvFields } from './csv-fields.ts'
import { parseOutput } from './output-value.ts'

const sink = (): void => undefined
const parse = (text: string) => parseOutput(text, () => sink)

describe('csvFields', () => {
  it.each<[string, string[] | undefined]>([
    ['a,b', ['a', 'b']],
    ['', ['']],
    ['a,', ['a', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""so""",x', ['say "so"', 'x']],
    ['"open', undefined],
    ['"a"b', undefined],
    ['a"b', undefined],
  ])('%j', (row, fields) => {
    expect(csvFields(row)).toEqual(fields)
  })
})

describe('parseOutput', () => {
  it('knows the short forms', () => {
    expect(parse('out')).toEqual({ type: 'local', dest: 'out' })
    expect(parse('a=b')).toEqual({ type: 'local', dest: 'a=b' })
    expect(parse('-')).toEqual({ type: 'tar', dest: sink })
    expect(parse('type=tar')).toMatchObject({ type: 'tar', dest: sink })
  })

  it('reads attributes, quoted ones too', () => {
    expect(parse('type=local,"dest=a,b",platform-split=T')).toEqual({ type: 'local', dest: 'a,b', platformSplit: true })
    expect(parse('type=oci,dest=x.tar,compression=zstd,compression-level=19,force-compression=1')).toMatchObject({
      type: 'oci',
      dest: 'x.tar',
      compression: 'zstd',
      compressionLevel: 19,
      forceCompression: true,
    })
    expect(parse('type=oci,tar=false,dest=d')).toMatchObject({ type: 'oci', dest: 'd', directory: true })
    expect(parse('type=image,"name=a,b",push=true')).toMatchObject({ type: 'image', names: ['a', 'b'], push: true })
    expect(parse('type=registry')).toMatchObject({ type: 'image', push: true })
  })

  it('tells loading from an archive by the destination', () => {
    expect(parse('type=docker')).not.toHaveProperty('dest')
    expect(parse('type=docker,dest=-')).toMatchObject({ type: 'docker', dest: sink })
  })

  it('collects annotations', () => {
    const { annotations } = parse('type=oci,dest=x,annotation.a.b=c,annotation-manifest[linux/arm64].d=e=f') as {
      annotations?: unknown
    }
    expect(annotations).toEqual([
      { key: 'a.b', value: 'c' },
      { scope: 'manifest', platform: 'linux/arm64', key: 'd', value: 'e=f' },
    ])
  })
})

describe('parseAnnotation', () => {
  it('gives one for each type', () => {
    expect(parseAnnotation('a=b=c')).toEqual([{ key: 'a', value: 'b=c' }])
    expect(parseAnnotation('manifest[linux/amd64],index:a=b')).toEqual([
      { scope: 'manifest', platform: 'linux/amd64', key: 'a', value: 'b' },
      { scope: 'index', platform: undefined, key: 'a', value: 'b' },
    ])
  })

  it.each(['a', '=b', 'manifest:=b', 'Manifest:a=b'])('refuses %s', text => {
    expect(() => parseAnnotation(text)).toThrow('invalid annotation')
  })
})
