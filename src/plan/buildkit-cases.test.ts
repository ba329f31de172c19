import { describe, expect, it } from 'vitest'
import cases from './buildkit-cases.json' with { type: 'json' }
import type { PlanOptions } from './plan-options.ts'
import { plan, stepName } from './planning.fixture.ts'

/** BuildKit adds every trigger to the total once FROM is out, but numbers only what makes vertices: 1/2, 2/4, 3/4 ... */
const OWN_STEPS: Readonly<Record<string, readonly string[]>> = {
  'triggers of a base image': [
    '[1/4] FROM docker.io/example/triggers:1',
    '[2/4] ONBUILD RUN echo trig',
    '[3/4] ONBUILD COPY f /onb/',
    '[4/4] RUN env',
  ],
  'triggers of a stage': [
    '[a 1/1] FROM docker.io/example/plain:1',
    '[b 1/2] ONBUILD RUN echo trig',
    '[b 2/2] RUN echo 1',
  ],
  'ENTRYPOINT drops an inherited CMD': [
    '[a 1/3] FROM docker.io/example/triggers:1',
    '[a 2/3] ONBUILD RUN echo trig',
    '[a 3/3] ONBUILD COPY f /onb/',
  ],
  'inherited configuration': ['[a 1/1] FROM docker.io/example/plain:1', '[stage-1 1/1] COPY f /'],
}

/** Docker 28.5.2's BuildKit, asked on images like those of planning.fixture.ts: configs, histories and step names. */
describe('what BuildKit writes', () => {
  it.each(cases.map(each => [each.name, each] as const))('%s', async (_, expected) => {
    const built = await plan(expected.dockerfile, optionsOf(expected.options))
    expect(built.config).toEqual(expected.config)
    expect(JSON.stringify(built.config.config)).toBe(JSON.stringify(expected.config.config))
    expect(built.history.map(entry => [entry.createdBy, entry.vertex !== undefined])).toEqual(expected.history)
    const steps = built.vertices.filter(vertex => vertex.label.step !== undefined).map(stepName)
    expect(steps.sort()).toEqual(OWN_STEPS[expected.name] ?? expected.steps)
  })
})

function optionsOf(flags: readonly string[]): Partial<PlanOptions> {
  const pairs = flags.flatMap((flag, i) => (i % 2 === 0 ? [[flag, flags[i + 1] ?? ''] as const] : []))
  const valuesOf = (name: string): Record<string, string> =>
    Object.fromEntries(pairs.filter(([flag]) => flag === name).map(([, value]) => splitPair(value)))
  const target = pairs.find(([flag]) => flag === '--target')?.[1]
  return { buildArgs: valuesOf('--build-arg'), labels: valuesOf('--label'), target }
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=')
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}
