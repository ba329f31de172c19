import { join } from 'node:path'
import { CHECKOUT } from '../../scripts/tare.ts'

/** Facts and tools beside the checkout; not on a user's machine. */
export const SHARED = join(CHECKOUT, '../shared')
