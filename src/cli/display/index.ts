export * from './display.ts'
export * from './terminal.ts'
