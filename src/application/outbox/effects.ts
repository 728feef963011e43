import type { Effect } from './effect.js'
import { countPayments } from './effects/count-payments.js'
import { countRooms } from './effects/count-rooms.js'
import { indexAttention } from './effects/index-attention.js'
import { indexOrder } from './effects/index-order.js'

/** The effects that need no wiring. The wiring adds `makeNotify`. */
export const EFFECTS: readonly Effect[] = [countPayments, countRooms, indexOrder, indexAttention]
