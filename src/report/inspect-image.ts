import type { RunConfig } from '../oci/index.ts'
import type { InspectedImage } from '../record/index.ts'
import {
  NIL_LIST,
  NIL_MAP,
  Omitted,
  parseTemplate,
  toJson,
  type Value,
  type ValueMap,
  type ValueStruct,
} from './go-template/index.ts'

const NO_TEXT = new Omitted('')
/** Go's zero time. */
const ZERO_TIME = '0001-01-01T00:00:00Z'

/** A JSON array with Docker's fields (`Size` in bytes), or with `format` the template once a line. */
export function formatInspect(images: readonly InspectedImage[], format?: string): string {
  const values = images.map(inspectValue)
  if (format === undefined || format === '') return `${toJson(values, '    ')}\n`
  const template = format === 'json' ? { execute: (value: Value) => toJson(value) } : parseTemplate(format)
  return values.map(value => `${template.execute(value)}\n`).join('')
}

function inspectValue(image: InspectedImage): ValueStruct {
  const { config } = image
  return {
    Id: image.id,
    RepoTags: image.repoTags,
    RepoDigests: image.repoDigests,
    Parent: '',
    Comment: config.history?.at(-1)?.comment ?? '',
    Created: config.created ?? '',
    DockerVersion: '',
    Author: config.author ?? '',
    Config: runConfigValue(config.config ?? {}),
    Architecture: config.architecture,
    Variant: config.variant || NO_TEXT,
    Os: config.os,
    OsVersion: config['os.version'] || NO_TEXT,
    Size: image.uncompressedBytes,
    RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
    Metadata: { LastTagTime: image.taggedMs === undefined ? ZERO_TIME : new Date(image.taggedMs).toISOString() },
  }
}

/** In the order of Docker's container.Config. */
function runConfigValue(config: RunConfig): ValueStruct {
  return {
    Hostname: '',
    Domainname: '',
    User: config.User ?? '',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ExposedPorts: config.ExposedPorts ? setOf(config.ExposedPorts) : new Omitted(NIL_MAP),
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: listOf(config.Env),
    Cmd: listOf(config.Cmd),
    Healthcheck: config.Healthcheck ? { ...config.Healthcheck } : new Omitted(null),
    ArgsEscaped: config.ArgsEscaped || new Omitted(false),
    Image: '',
    Volumes: config.Volumes ? setOf(config.Volumes) : NIL_MAP,
    WorkingDir: config.WorkingDir ?? '',
    Entrypoint: listOf(config.Entrypoint),
    OnBuild: listOf(config.OnBuild),
    Labels: config.Labels ? new Map(Object.entries(config.Labels)) : NIL_MAP,
    StopSignal: config.StopSignal || NO_TEXT,
    Shell: config.Shell ?? new Omitted(NIL_LIST),
  }
}

function listOf(list: readonly string[] | null | undefined): readonly Value[] {
  return list ?? NIL_LIST
}

function setOf(set: Readonly<Record<string, object>>): ValueMap {
  return new Map(Object.keys(set).map(key => [key, {}]))
}
