import { splitMount } from '../../instructions/mount-fields.ts'
import type { RunInstruction } from '../../instructions/types.ts'

/** A `--mount=` of a RUN as written, keys in lower case. */
export interface RunMount {
  /** `bind` when not given. */
  readonly type: string
  readonly target: string
  readonly from: string | undefined
  readonly source: string | undefined
  /** Secrets: where the value comes from by name. */
  readonly id: string | undefined
  readonly env: string | undefined
  readonly flag: RunInstruction['mounts'][number]
}

export function readMounts(run: RunInstruction): RunMount[] {
  return run.mounts.map(flag => {
    const fields = new Map((splitMount(flag.value ?? '') ?? []).map(keyAndValue))
    return {
      type: fields.get('type') ?? 'bind',
      target: fields.get('target') ?? fields.get('dst') ?? fields.get('destination') ?? '',
      from: fields.get('from'),
      source: fields.get('source') ?? fields.get('src'),
      id: fields.get('id'),
      env: fields.get('env'),
      flag,
    }
  })
}

function keyAndValue(field: string): [string, string] {
  const equals = field.indexOf('=')
  return equals < 0 ? [field.toLowerCase(), ''] : [field.slice(0, equals).toLowerCase(), field.slice(equals + 1)]
}
