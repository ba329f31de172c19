export type { RegistryErrorCode } from './errors.ts'
export { openRegistry } from './open.ts'
export * from './registry.ts'
