/** Milliseconds since the epoch as Docker's lists print a time: `2026-11-21 22:40:39 +0000 UTC`. */
export function formatDockerTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
}

/** RFC 3339 in whole seconds, UTC. */
export function formatRfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
