import type { Effect } from './effect.js'
import { countPayments } from './effects/count-payments.js'

/** All that events lead to. */
export const EFFECTS: readonly Effect[] = [countPayments]
