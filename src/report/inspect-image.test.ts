import { describe, expect, it } from 'vitest'
import type { InspectedImage } from '../record/index.ts'
import { formatInspect } from './inspect-image.ts'

const IMAGE: InspectedImage = {
  id: `sha256:${'a'.repeat(64)}`,
  repoTags: ['app:latest'],
  repoDigests: [],
  uncompressedBytes: 13_600_000,
  taggedMs: Date.UTC(2026, 10, 21),
  config: {
    architecture: 'arm64',
    variant: 'v8',
    os: 'linux',
    created: '2026-11-21T11:58:00Z',
    config: {
      Env: ['A=b'],
      Cmd: ['/bin/sh', '-c', 'a < b && c'],
      Labels: { 'org.z': '2', a: '1' },
      ExposedPorts: { '80/tcp': {} },
      Healthcheck: { Test: ['CMD', 'true'], Interval: 5_000_000_000 },
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${'d'.repeat(64)}`] },
    history: [{ comment: 'first' }, { comment: 'buildkit.dockerfile.v0' }],
  },
}

describe('formatInspect', () => {
  it("gives Docker's shape", () => {
    const text = formatInspect([IMAGE])
    expect(text.startsWith('[\n    {\n        "Id": "sha256:aaaa')).toBe(true)
    expect(text).toContain('"a < b && c"')
    expect(JSON.parse(text)).toEqual([
      {
        Id: IMAGE.id,
        RepoTags: ['app:latest'],
        RepoDigests: [],
        Parent: '',
        Comment: 'buildkit.dockerfile.v0',
        Created: '2026-11-21T11:58:00Z',
        DockerVersion: '',
        Author: '',
        Config: {
          Hostname: '',
          Domainname: '',
          User: '',
          AttachStdin: false,
          AttachStdout: false,
          AttachStderr: false,
          ExposedPorts: { '80/tcp': {} },
          Tty: false,
          OpenStdin: false,
          StdinOnce: false,
          Env: ['A=b'],
          Cmd: ['/bin/sh', '-c', 'a < b && c'],
          Healthcheck: { Test: ['CMD', 'true'], Interval: 5_000_000_000 },
          Image: '',
          Volumes: null,
          WorkingDir: '',
          Entrypoint: null,
          OnBuild: null,
          Labels: { a: '1', 'org.z': '2' },
        },
        Architecture: 'arm64',
        Variant: 'v8',
        Os: 'linux',
        Size: 13_600_000,
        RootFS: { Type: 'layers', Layers: [`sha256:${'d'.repeat(64)}`] },
        Metadata: { LastTagTime: '2026-11-21T00:00:00.000Z' },
      },
    ])
  })

  it.each([
    ['{{.Id}}', IMAGE.id],
    ['{{.Config.Cmd}}', '[/bin/sh -c a < b && c]'],
    ['{{json .Config.Cmd}}', '["/bin/sh","-c","a < b && c"]'],
    ['{{index .RepoTags 0}}', 'app:latest'],
    ['{{.Size}}', '13600000'],
    ['{{range .RootFS.Layers}}{{println .}}{{end}}', `sha256:${'d'.repeat(64)}\n`],
    ['{{len .RootFS.Layers}}', '1'],
    ['{{.Os}}/{{.Architecture}}{{with .Variant}}/{{.}}{{end}}', 'linux/arm64/v8'],
    ['{{index .Config.Labels "org.z"}}', '2'],
    ['{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}', 'a=1 org.z=2 '],
    ['{{range $p, $_ := .Config.ExposedPorts}}{{$p}}{{end}}', '80/tcp'],
    ['{{.Config.Entrypoint}}{{.Config.Volumes}}', '[]map[]'],
    ['{{json .Config.Entrypoint}}', 'null'],
    ['{{if .Config.Healthcheck}}{{.Config.Healthcheck.Interval}}{{end}}', '5000000000'],
    ['{{.Config.StopSignal}}', ''],
    ['{{json .Config.Labels}}', '{"a":"1","org.z":"2"}'],
  ])('--format %j', (format, expected) => {
    expect(formatInspect([IMAGE], format)).toBe(`${expected}\n`)
  })

  it('writes a line for each image, and JSON without spaces when asked', () => {
    expect(formatInspect([IMAGE, IMAGE], '{{.Os}}')).toBe('linux\nlinux\n')
    expect(JSON.parse(formatInspect([IMAGE], 'json'))).toMatchObject({ Id: IMAGE.id })
    expect(formatInspect([], undefined)).toBe('[]\n')
  })
})
