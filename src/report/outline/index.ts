export { formatOutlineJson, formatTargetsJson } from './json.ts'
export { formatOutline, formatTargets } from './text.ts'
