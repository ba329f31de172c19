export * from './build.ts'
export * from './images.ts'
export * from './lint.ts'
