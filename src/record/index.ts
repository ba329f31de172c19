export * from './build.ts'
export * from './context-use.ts'
export * from './images.ts'
export * from './lint.ts'
