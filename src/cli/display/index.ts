export type { DisplayMode } from './display.ts'
export { openDisplay } from './open-display.ts'
export { terminalOf } from './terminal.ts'
