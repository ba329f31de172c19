export * from './archive.ts'
export type { ImageErrorCode } from './errors.ts'
