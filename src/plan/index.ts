export * from './graph.ts'
export { planBuild } from './plan-build.ts'
export type { PlanErrorCode, SourceSpot } from './plan-error.ts'
export type { PlanOptions, PlanResolver } from './plan-options.ts'
