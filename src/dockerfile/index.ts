export type * from './instructions/types.ts'
