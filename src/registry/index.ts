export type { RegistryErrorCode } from './errors.ts'
export { registryImageSource, type Unpack } from './image-source.ts'
export { openRegistry } from './open.ts'
export * from './registry.ts'
