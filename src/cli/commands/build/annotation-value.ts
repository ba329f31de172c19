import type { Annotation } from '../../../api/index.ts'
import { usage } from '../../arguments.ts'

const TYPE = /^([a-z-]+)(?:\[([A-Za-z0-9_/-]+)\])?$/

/** `--annotation [TYPE[PLATFORM][,TYPE...]:]KEY=VALUE`, an annotation for each type. */
export function parseAnnotation(text: string): Annotation[] {
  const equals = text.indexOf('=')
  if (equals < 0) throw usage(`invalid annotation ${JSON.stringify(text)}, expected key=value`)
  const value = text.slice(equals + 1)
  const left = text.slice(0, equals)
  const colon = left.indexOf(':')
  const key = left.slice(colon + 1)
  if (key === '') throw usage(`invalid annotation ${JSON.stringify(text)}, expected key=value`)
  if (colon < 0) return [{ key, value }]
  return left
    .slice(0, colon)
    .split(',')
    .map(type => {
      const [, scope, platform] = TYPE.exec(type) ?? []
      if (scope === undefined)
        throw usage(
          `invalid annotation type ${JSON.stringify(type)}, expected type and optional platform in square brackets`,
        )
      return { scope, platform, key, value }
    })
}

const ATTRIBUTE = /^annotation(?:-([a-z-]+))?(?:\[([A-Za-z0-9_/-]+)\])?\.(.+)$/s

/** The attribute `annotation[-TYPE][[PLATFORM]].KEY` of an output; undefined when it is none. */
export function annotationAttribute(name: string, value: string): Annotation | undefined {
  const [, scope, platform, key] = ATTRIBUTE.exec(name) ?? []
  return key === undefined ? undefined : { scope, platform, key, value }
}
