import type { ImageConfig, RunConfig } from './config.ts'
import { type Decoder, empty, exactly, flag, integer, list, map, object, optional, text, textLike } from './decode.ts'
import { verifiableDigest } from './descriptor-decode.ts'
import { decodeDocument, MAX_CONFIG_BYTES } from './document.ts'

const time = textLike(/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/, 'a time (RFC 3339)')
const texts = optional(list(text))

const health = object({
  Test: texts,
  Interval: optional(integer),
  Timeout: optional(integer),
  StartPeriod: optional(integer),
  StartInterval: optional(integer),
  Retries: optional(integer),
})

const runConfig: Decoder<RunConfig> = object({
  User: optional(text),
  ExposedPorts: optional(map(empty)),
  Env: optional(list(textLike(/^[^=]*=/, 'NAME=value'))),
  Entrypoint: texts,
  Cmd: texts,
  Volumes: optional(map(empty)),
  WorkingDir: optional(text),
  Labels: optional(map(text)),
  StopSignal: optional(text),
  ArgsEscaped: optional(flag),
  Healthcheck: optional(health),
  OnBuild: texts,
  Shell: texts,
})

const history = object({
  created: optional(time),
  created_by: optional(text),
  author: optional(text),
  comment: optional(text),
  empty_layer: optional(flag),
})

const imageConfig: Decoder<ImageConfig> = object({
  architecture: text,
  os: text,
  variant: optional(text),
  'os.version': optional(text),
  'os.features': texts,
  created: optional(time),
  author: optional(text),
  config: optional(runConfig),
  rootfs: object({ type: exactly('layers'), diff_ids: list(verifiableDigest) }),
  history: optional(list(history)),
})

/**
 * Parses an untrusted image config (config.md, with Docker's additions). Known fields only; the rest lives on in the raw
 * bytes. Throws `OCI_INVALID_DOCUMENT` or `OCI_DOCUMENT_TOO_LARGE`.
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  return decodeDocument('image config', bytes, MAX_CONFIG_BYTES, imageConfig)
}

/** Parses the `oci-layout` file (image-layout.md#oci-layout-file); gives its version. */
export function parseImageLayout(bytes: Uint8Array): string {
  return decodeDocument('oci-layout', bytes, 4096, object({ imageLayoutVersion: text })).imageLayoutVersion
}
