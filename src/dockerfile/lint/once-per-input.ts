import type { LintInput } from './rule.ts'

/** Works something out once for all rules that ask about the same input. */
export function oncePerInput<T>(work: (input: LintInput) => T): (input: LintInput) => T {
  const done = new WeakMap<LintInput, { readonly result: T }>()
  return input => {
    const found = done.get(input) ?? { result: work(input) }
    done.set(input, found)
    return found.result
  }
}
