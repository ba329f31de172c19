export * from './graph.ts'
export { type PlanErrorCode, type PlanOptions, type PlanResolver, planBuild, type SourceSpot } from './plan-build.ts'
