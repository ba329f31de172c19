import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Assertion } from './case.ts'

/** What a step's build gave: a folder of files, and the image's config when it ended in an image. */
export interface StepResult {
  readonly files: string
  readonly config: Readonly<Record<string, unknown>>
}

/** What an assertion says that is not so; undefined when it holds. Earlier results are there for comparison. */
export function failedAssertion(
  assertion: Assertion,
  result: StepResult,
  earlier: readonly StepResult[],
): string | undefined {
  if (assertion.same_as !== undefined) return comparison(assertion, result, earlier)
  if (assertion.image !== undefined) return imageField(assertion.image, result.config)
  const path = join(result.files, assertion.path!)
  const exists = existsSync(path)
  if (assertion.exists !== undefined && exists !== assertion.exists) return `${assertion.path}: exists is ${exists}`
  if (assertion.content !== undefined)
    return exists ? content(assertion.path!, path, assertion.content) : `${assertion.path}: missing`
  if (assertion.stat !== undefined)
    return exists ? fileType(assertion.path!, path, assertion.stat) : `${assertion.path}: missing`
  return undefined
}

function comparison(assertion: Assertion, result: StepResult, earlier: readonly StepResult[]): string | undefined {
  const { step_path, earlier_path } = assertion.same_as!
  const now = readFileSync(join(result.files, step_path))
  const before = readFileSync(join(earlier[0]!.files, earlier_path))
  return now.equals(before) === (assertion.op === 'eq')
    ? undefined
    : `${step_path}: expected ${assertion.op} to an earlier build`
}

function content(name: string, path: string, expected: NonNullable<Assertion['content']>): string | undefined {
  const raw = readFileSync(path, 'utf8')
  const text = expected.trim ? raw.trim() : raw
  const holds = {
    eq: text === expected.value,
    contains: text.includes(expected.value),
    not_contains: !text.includes(expected.value),
  }[expected.op]
  return holds
    ? undefined
    : `${name}: expected ${expected.op} ${JSON.stringify(expected.value)}, got ${JSON.stringify(text.slice(0, 200))}`
}

function fileType(name: string, path: string, expected: NonNullable<Assertion['stat']>): string | undefined {
  const stat = lstatSync(path)
  const is = expected.field.startsWith('IsDir') ? stat.isDirectory() : stat.isFile()
  return is === expected.value ? undefined : `${name}: expected ${expected.field} ${expected.value}`
}

/** `Config.Labels.[foo].exists`, `Config.ExposedPorts.len`, `Images.[0].Img.Config.Entrypoint`. Other documents are not kept here. */
function imageField(
  assertion: NonNullable<Assertion['image']>,
  config: Readonly<Record<string, unknown>>,
): string | undefined {
  const steps = assertion.field.replace(/^Images\.\[0\]\.Img\./, '').split('.')
  if (steps.shift() !== 'Config') return undefined
  let value: unknown = config
  for (const step of steps) value = descend(value, step)
  const got = JSON.stringify(value ?? null)
  const expected = JSON.stringify(assertion.value)
  return got === expected ? undefined : `${assertion.field}: expected ${expected}, got ${got}`
}

function descend(value: unknown, step: string): unknown {
  if (step === 'exists') return value !== undefined
  if (step === 'len') return Object.keys(value ?? {}).length
  const name = step.replace(/^\[(.*)\]$/, '$1')
  return (value as Record<string, unknown> | undefined)?.[name]
}
