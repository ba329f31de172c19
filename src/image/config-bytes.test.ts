import { describe, expect, it } from 'vitest'
import { digestOf, type ImageConfig, parseImageConfig } from '../oci/index.ts'
import { imageConfigBytes } from './config-bytes.ts'
import { importedConfig } from './imported-config.ts'
import { makeManifest } from './manifest-bytes.ts'

const DIFF_ID = digestOf('layer')
const FULL: ImageConfig = {
  history: [
    { empty_layer: false, created_by: 'RUN x', created: '2026-01-01T00:00:00Z' },
    { empty_layer: true, comment: 'c' },
  ],
  rootfs: { diff_ids: [DIFF_ID], type: 'layers' },
  os: 'linux',
  config: {
    Shell: ['/bin/bash'],
    Labels: { b: '2', a: '1' },
    Env: ['A=b'],
    User: 'app',
    Cmd: ['x'],
    ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
    Healthcheck: { Retries: 3, Test: ['CMD', 'true'] },
    Entrypoint: null,
    Volumes: {},
    OnBuild: [],
    WorkingDir: '',
  },
  created: '2026-01-01T00:00:00Z',
  architecture: 'arm64',
  variant: 'v8',
}

describe('imageConfigBytes', () => {
  it('orders fields as BuildKit does and leaves empty ones out', () => {
    expect(imageConfigBytes(FULL).toString()).toBe(
      '{"architecture":"arm64","config":{"User":"app","ExposedPorts":{"443/tcp":{},"80/tcp":{}},"Env":["A=b"],' +
        '"Cmd":["x"],"Labels":{"a":"1","b":"2"},"Healthcheck":{"Test":["CMD","true"],"Retries":3},"Shell":["/bin/bash"]},' +
        '"created":"2026-01-01T00:00:00Z","history":[{"created":"2026-01-01T00:00:00Z","created_by":"RUN x"},' +
        `{"comment":"c","empty_layer":true}],"os":"linux","rootfs":{"type":"layers","diff_ids":["${DIFF_ID}"]},"variant":"v8"}`,
    )
  })

  it('is stable over decoding', () => {
    const bytes = imageConfigBytes(FULL)
    expect(imageConfigBytes(parseImageConfig(bytes))).toEqual(bytes)
  })

  it('keeps labels whose names are numbers or of the prototype', () => {
    const labels = JSON.parse('{"10":"a","9":"b","__proto__":"c"}')
    const bytes = imageConfigBytes({ ...FULL, config: { Labels: labels } })
    expect(JSON.parse(bytes.toString()).config.Labels).toEqual(labels)
    expect(bytes.toString()).toContain('"__proto__":"c"')
  })
})

describe('importedConfig', () => {
  it('makes an image of one layer', () => {
    const config = importedConfig({
      platform: { os: 'linux', architecture: 'amd64' },
      createdMs: Date.UTC(2026, 0, 1),
      diffId: DIFF_ID,
      source: 'rootfs.tar',
      config: { Cmd: ['sh'] },
    })
    expect(parseImageConfig(imageConfigBytes(config))).toMatchObject({
      os: 'linux',
      architecture: 'amd64',
      config: { Cmd: ['sh'] },
      created: '2026-01-01T00:00:00.000Z',
      rootfs: { type: 'layers', diff_ids: [DIFF_ID] },
      history: [{ created: '2026-01-01T00:00:00.000Z', comment: 'Imported from rootfs.tar' }],
    })
  })
})

describe('makeManifest', () => {
  it('describes itself and its config', () => {
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: DIFF_ID, size: 5 }
    const { bytes, descriptor, value } = makeManifest(Buffer.from('{}'), [{ ...layer, annotations: { local: 'x' } }])
    expect(descriptor).toMatchObject({ digest: digestOf(bytes), size: bytes.length })
    expect(value.config).toMatchObject({ digest: digestOf('{}'), size: 2 })
    expect(JSON.parse(Buffer.from(bytes).toString()).layers).toEqual([layer])
  })
})
