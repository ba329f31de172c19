import { goQuote } from '../../../base/go-quote.ts'
import { dockerRule } from '../docker-rule.ts'
import type { LintRule } from '../rule.ts'
import { stageBases } from '../stage-bases.ts'
import { lookedAt } from '../stage-links.ts'

export const invalidBaseImagePlatform: LintRule = {
  info: {
    ...dockerRule('InvalidBaseImagePlatform', 'Base image platform does not match expected target platform'),
    // Docker has no page of its own for this one.
    url: 'https://docs.docker.com/build/checks/',
  },
  *check(input) {
    const { names, baseImages, targetPlatform } = input
    const looked = lookedAt(input)
    for (const { stage, image, platform, parent } of stageBases(input)) {
      if (!image || parent || !looked.has(stage)) continue
      const actual = names?.parsePlatform(baseImages?.get(image.value)?.platform ?? '')
      const expected = names?.parsePlatform(platform?.value || targetPlatform)
      if (!actual || !expected || (actual.os === expected.os && actual.architecture === expected.architecture)) continue
      const pulled = `Base image ${image.value} was pulled with platform ${goQuote(formatted(actual))}`
      yield {
        message: `${pulled}, expected ${goQuote(formatted(expected))} for current build`,
        range:
          stage.from.imageRange.startLine === stage.from.range.startLine ? stage.from.imageRange : stage.from.range,
        hint: 'use an image that is there for this platform, or build for the platform it has',
      }
    }
  },
}

function formatted({ os, architecture, variant }: { os: string; architecture: string; variant?: string | undefined }) {
  return [os, architecture, ...(variant ? [variant] : [])].join('/')
}
