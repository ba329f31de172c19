export { type RenderErrorOptions, renderError } from './error.ts'
