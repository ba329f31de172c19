export * from './build.ts'
export * from './images.ts'
