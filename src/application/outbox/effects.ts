import type { Effect } from './effect.js'
import { countPayments } from './effects/count-payments.js'
import { indexOrder } from './effects/index-order.js'

/** All that events lead to. */
export const EFFECTS: readonly Effect[] = [countPayments, indexOrder]
