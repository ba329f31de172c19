export * from './snapshotter.ts'
