import { oncePerInput } from './once-per-input.ts'

/** Far above what any Dockerfile needs that people wrote; what goes beyond is made to keep a linter busy. */
const MOST = { comparisons: 1_000_000, copies: 500_000, triggers: 5_000 }

/** What is spent on one Dockerfile where the work can grow faster than the text. */
class Effort {
  readonly #left = { ...MOST }

  /** Whether there is enough left; takes it. */
  spend(kind: keyof typeof MOST, amount: number): boolean {
    this.#left[kind] -= amount
    return this.#left[kind] >= 0
  }
}

export const effort = oncePerInput(() => new Effort())

/** As long as a path can be: of longer values rules need to know nothing. */
const MOST_CHARACTERS = 4096

export function bounded(value: string): string {
  return value.length > MOST_CHARACTERS ? '' : value
}
