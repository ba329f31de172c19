export type { RegistryErrorCode } from './errors.ts'
export * from './registry.ts'
