import type { SourceFile } from '../../base/source.ts'
import { encodeText } from '../../base/text.ts'
import type { Outline, OutlineArgument, OutlineMount, TargetList } from '../../record/index.ts'

/** BuildKit's form: keys without a value are left out, and `sources` holds the Dockerfile (with line feeds) as base64. */
export function formatOutlineJson({ file, name, description, args, secrets, ssh }: Outline): string {
  return json({
    name,
    description,
    args: some(args.map(argumentValue)),
    secrets: some(secrets.map(mountValue)),
    ssh: some(ssh.map(mountValue)),
    sources: [sourceOf(file)],
  })
}

function argumentValue({ name, description, value, line }: OutlineArgument) {
  return { name, description, value: value || undefined, location: location(line) }
}

function mountValue({ name, required, line }: OutlineMount) {
  return { name, required: required || undefined, location: location(line) }
}

export function formatTargetsJson({ file, targets }: TargetList): string {
  return json({
    targets: targets.map(({ name, isDefault, description, base, platform, line }) => ({
      name,
      default: isDefault || undefined,
      description,
      base,
      platform,
      location: location(line),
    })),
    sources: [sourceOf(file)],
  })
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

function some<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length > 0 ? values : undefined
}

export function location(startLine: number, endLine = startLine) {
  return { ranges: [{ start: { line: startLine }, end: { line: endLine } }] }
}

export function sourceOf({ lines }: SourceFile): string {
  return encodeText(`${lines.join('\n')}\n`).toString('base64')
}
