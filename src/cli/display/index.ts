export type { Display, DisplayMode, DisplayOptions } from './display.ts'
export { openDisplay, resolveMode } from './open-display.ts'
export { type Clock, SYSTEM_CLOCK, type Terminal, terminalOf } from './terminal.ts'
