export { type ContextFindings, contextUse } from './context/context-use.ts'
