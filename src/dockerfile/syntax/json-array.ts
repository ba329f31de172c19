import { skipSpace } from './space.ts'
import type { Word } from './words.ts'

/** How a text reads as a JSON array: its strings; `not-strings` when an element is something else; undefined when it is not one. */
export type JsonArray = readonly Word[] | 'not-strings' | undefined

/** The depth at which Go's decoder gives up, and the text falls back to the plain form. */
const MAX_DEPTH = 10_000

export function parseJsonArray(text: string, from = 0): JsonArray {
  const start = skipSpace(text, from)
  if (text[start] !== '[') return undefined
  const json = text.slice(start)
  if (isTooDeep(json)) return undefined
  const values = parseArray(json)
  if (values === undefined) return undefined
  if (!values.every(value => typeof value === 'string')) return 'not-strings'
  const places = placesOfStrings(json)
  return values.map((value, i) => {
    const place = places[i] ?? { start: 0, end: json.length }
    return { value, start: start + place.start, end: start + place.end }
  })
}

function parseArray(json: string): unknown[] | undefined {
  try {
    return JSON.parse(replaceLoneEscapes(json))
  } catch {
    return undefined
  }
}

/** Half a surrogate pair written as `\ud800` means U+FFFD in Go; here it would be taken for a byte (base/text.ts). */
function replaceLoneEscapes(json: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(json)) return json
  return json.replace(
    /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g,
    written => (/^\\u[dD]/.test(written) && written.length === 6 ? '\\ufffd' : written),
  )
}

function isTooDeep(json: string): boolean {
  let depth = 0
  for (let i = 0; i < json.length; i++) {
    const c = json[i]
    if (c === '"') i = endOfString(json, i)
    else if (c === '[' || c === '{') depth++
    else if (c === ']' || c === '}') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

function placesOfStrings(json: string): { start: number; end: number }[] {
  const places: { start: number; end: number }[] = []
  for (let i = 0; i < json.length; i++) {
    if (json[i] !== '"') continue
    const end = endOfString(json, i)
    places.push({ start: i, end: end + 1 })
    i = end
  }
  return places
}

/** Index of the quote that closes the string opened at `open`. */
function endOfString(json: string, open: number): number {
  let at = open + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}
