import type { BuildOutput } from '../../../api/index.ts'
import { suggest } from '../../../base/suggest.ts'
import { usage } from '../../arguments.ts'
import { annotationAttribute } from './annotation-value.ts'
import { csvFields } from './csv-fields.ts'

type Sink = (chunk: Uint8Array) => void | Promise<void>

/** Gives what writes to standard output; throws on a terminal. */
export type OpenStdout = (type: string) => Sink

/** One `-o` as docker buildx understands it: `DIR`, `-`, or `type=TYPE,KEY=VALUE...` as a row of CSV. */
export function parseOutput(text: string, stdout: OpenStdout): BuildOutput {
  const fields = csvFields(text)
  if (!fields || text === '')
    throw usage(`invalid --output ${JSON.stringify(text)}`, 'Expected type=TYPE,KEY=VALUE or a directory.')
  if (fields.length === 1 && fields[0] === text && !text.startsWith('type=')) return shortForm(text, stdout)
  const attributes = new Attributes(fields)
  const type = attributes.take('type')
  if (type === undefined) throw usage('type is required for output', 'For instance: type=local,dest=DIRECTORY')
  const output = outputOf(type, attributes, stdout)
  attributes.assertAllTaken(type)
  return output
}

function shortForm(text: string, stdout: OpenStdout): BuildOutput {
  if (text === '-') return { type: 'tar', dest: stdout('tar') }
  if (!/^(dest|name|push|tar|compression)=/.test(text)) return { type: 'local', dest: text }
  throw usage('type is required for output', `For instance: type=local,${text}`)
}

function outputOf(type: string, attributes: Attributes, stdout: OpenStdout): BuildOutput {
  switch (type) {
    case 'local':
      return { type, dest: attributes.directory(type), platformSplit: attributes.boolean('platform-split') }
    case 'tar':
      return { type, dest: attributes.file(type, stdout), platformSplit: attributes.boolean('platform-split') }
    case 'oci':
    case 'docker':
      return archive(type, attributes, stdout)
    case 'image':
      return { type, push: attributes.boolean('push'), ...attributes.manifest() }
    case 'registry':
      return { type: 'image', push: attributes.boolean('push') ?? true, ...attributes.manifest() }
    case 'cacheonly':
      return { type }
    default:
      throw unknownType(type)
  }
}

function archive(type: 'oci' | 'docker', attributes: Attributes, stdout: OpenStdout): BuildOutput {
  const manifest = attributes.manifest()
  const directory = attributes.boolean('tar') === false
  if (directory) return { type, dest: attributes.directory(type), directory, ...manifest }
  if (type === 'docker' && !attributes.has('dest')) return { type, ...manifest }
  return { type, dest: attributes.file(type, stdout), ...manifest }
}

const TYPES = ['local', 'tar', 'oci', 'docker', 'image', 'registry', 'cacheonly']

function unknownType(type: string): Error {
  const near = suggest(type, TYPES)
  const hint = near === undefined ? `Expected one of ${TYPES.join(', ')}.` : `Did you mean ${near}?`
  return usage(`exporter ${JSON.stringify(type)} could not be found`, hint)
}

/** What BuildKit knows and Tare does not do. */
const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  mode: 'Leave it out: what is in the directory already stays.',
  'push-by-digest': 'Images are pushed by name.',
  'registry.insecure': 'Say so in registries.conf: insecure = true.',
  unpack: 'Leave it out: images are always unpacked.',
  store: 'Leave it out: an image output is in the store.',
  'dangling-name-prefix': 'Leave it out.',
  'name-canonical': 'Leave it out.',
  'oci-artifact': 'Leave it out: Tare writes no attestations.',
  'attestation-prefix': 'Leave it out: Tare writes no attestations.',
  'prefer-nondist-layers': 'Leave it out: all layers are distributable.',
  buildinfo: 'Leave it out.',
}

const COMPRESSIONS = ['gzip', 'zstd', 'uncompressed'] as const

/** The attributes of one output; each is to be taken. */
class Attributes {
  readonly #left = new Map<string, string>()
  readonly #known = new Set<string>()

  constructor(fields: readonly string[]) {
    for (const field of fields) {
      const equals = field.indexOf('=')
      if (equals < 1) throw usage(`invalid value ${field}`, 'Expected KEY=VALUE between commas.')
      this.#left.set(field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1))
    }
  }

  has(name: string): boolean {
    return this.#left.has(name)
  }

  take(name: string): string | undefined {
    this.#known.add(name)
    const value = this.#left.get(name)
    this.#left.delete(name)
    return value
  }

  /** As Go's strconv.ParseBool. */
  boolean(name: string): boolean | undefined {
    const value = this.take(name)
    if (value === undefined) return undefined
    if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true
    if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false
    throw usage(`non-bool value for ${name}: ${value}`, 'Expected true or false.')
  }

  directory(type: string): string {
    const dest = this.take('dest')
    if (dest === undefined || dest === '')
      throw usage(`dest is required for ${type} exporter`, `type=${type},dest=DIRECTORY`)
    if (dest === '-') throw usage(`dest cannot be stdout for ${type} exporter`, 'Name a directory.')
    return dest
  }

  file(type: string, stdout: OpenStdout): string | Sink {
    const dest = this.take('dest') || '-'
    return dest === '-' ? stdout(type) : dest
  }

  manifest() {
    const level = this.take('compression-level')
    if (level !== undefined && !/^\d{1,2}$/.test(level))
      throw usage(`invalid compression-level ${JSON.stringify(level)}`, 'Expected a whole number: gzip 0-9, zstd 0-22.')
    const annotations = [...this.#left].flatMap(([name, value]) => {
      const annotation = annotationAttribute(name, value)
      if (annotation) this.#left.delete(name)
      return annotation ?? []
    })
    return {
      names: this.take('name')?.split(','),
      compression: this.#compression(),
      compressionLevel: level === undefined ? undefined : Number(level),
      forceCompression: this.boolean('force-compression'),
      ociMediaTypes: this.boolean('oci-mediatypes'),
      rewriteTimestamp: this.boolean('rewrite-timestamp'),
      annotations,
    }
  }

  #compression(): (typeof COMPRESSIONS)[number] | undefined {
    const value = this.take('compression')
    if (value === undefined) return undefined
    const known = COMPRESSIONS.find(each => each === value)
    if (known) return known
    throw usage(`unsupported layer compression type: ${value}`, `Expected ${COMPRESSIONS.join(', ')}.`)
  }

  assertAllTaken(type: string): void {
    const [name] = this.#left.keys()
    if (name === undefined) return
    const advice = NOT_SUPPORTED[name]
    if (advice !== undefined) throw usage(`output type=${type}: ${name} is not supported`, advice)
    const near = suggest(name, this.#known)
    const known = [...this.#known].filter(each => each !== 'type').sort()
    throw usage(
      `output type=${type}: unknown attribute ${JSON.stringify(name)}`,
      near === undefined ? `Expected ${known.join(', ')}.` : `Did you mean ${near}?`,
    )
  }
}
