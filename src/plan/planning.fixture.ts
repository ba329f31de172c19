import { TareError } from '../base/error.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import {
  digestOf,
  formatReference,
  type Platform,
  parseReference,
  type ResolvedImage,
  type RunConfig,
  withDefaultTag,
} from '../oci/index.ts'
import type { BuildPlan, Op, Vertex } from './graph.ts'
import { planBuild } from './plan-build.ts'
import type { PlanOptions, PlanResolver } from './plan-options.ts'

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' }

/** The images that the expectations in buildkit-cases.json were recorded with. */
const IMAGES: Readonly<Record<string, RunConfig>> = {
  'docker.io/example/plain:1': {},
  'docker.io/example/triggers:1': {
    User: 'nobody',
    ExposedPorts: { '80/tcp': {} },
    Env: ['A=1'],
    Cmd: ['/bin/sh'],
    WorkingDir: '/w',
    Labels: { z: '1' },
    OnBuild: ['RUN echo trig', 'COPY f /onb/'],
  },
}

/** Knows the images above, and with `any` every other one; notes what it was asked for. */
export class FakeImages implements PlanResolver {
  readonly asked: string[] = []
  readonly #any: boolean
  readonly #images: Readonly<Record<string, RunConfig>>

  constructor(any = false, images: Readonly<Record<string, RunConfig>> = {}) {
    this.#any = any
    this.#images = { ...IMAGES, ...images }
  }

  async image(reference: string, platform: Platform): Promise<ResolvedImage> {
    this.asked.push(`${reference} ${platform.os}/${platform.architecture}`)
    const full = formatReference(withDefaultTag(parseReference(reference)))
    const config = this.#images[full] ?? (this.#any ? {} : undefined)
    if (!config) throw new TareError('IMAGE_NOT_FOUND', `resolving ${full}: not found`, { facts: { reference: full } })
    return {
      reference: full,
      id: digestOf(full),
      platform,
      config: { ...platform, config, rootfs: { type: 'layers', diff_ids: [digestOf(`layer of ${full}`)] } },
      configBytes: new Uint8Array(),
    }
  }
}

export async function plan(
  text: string,
  options: Partial<PlanOptions> = {},
  images: PlanResolver = new FakeImages(),
): Promise<BuildPlan> {
  const all = { buildArgs: {}, platform: AMD64, buildPlatform: AMD64, ...options }
  return await planBuild(parseDockerfile(text, 'Dockerfile'), all, images)
}

/** `[builder 4/7] RUN go build`. */
export function stepName({ label }: Vertex): string {
  if (label.step === undefined) return label.text
  const place = `${String(label.step).padStart(String(label.total).length)}/${label.total}`
  return `[${label.stage === undefined ? '' : `${label.stage} `}${place}] ${label.text}`
}

export function opsOf<T extends Op['type']>(built: BuildPlan, type: T): Extract<Op, { type: T }>[] {
  return built.vertices.flatMap(({ op }) => (op.type === type ? [op as Extract<Op, { type: T }>] : []))
}

/** What planning rejects with; fails when it does not. */
export async function failure(planned: Promise<unknown>): Promise<TareError> {
  const error: unknown = await planned.then(
    () => new Error('expected planning to fail'),
    (reason: unknown) => reason,
  )
  if (error instanceof TareError) return error
  throw error
}
