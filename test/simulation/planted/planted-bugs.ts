import { CHANNEL_BUGS } from './channel-bugs.js'
import { LIVE_BUGS } from './live-bugs.js'
import { MESSAGE_BUGS } from './message-bugs.js'
import { ORDER_BUGS } from './order-bugs.js'
import { OUTBOX_BUGS } from './outbox-bugs.js'
import { OUTSIDE_BUGS } from './outside-bugs.js'
import { PAYMENT_BUGS } from './payment-bugs.js'
import type { PlantedBug } from './planted-bug.js'
import { PROVIDER_BUGS } from './provider-bugs.js'
import { MINUTE_BUGS } from './minute-bugs.js'
import { ROOM_BUGS } from './room-bugs.js'
import { SHIPPING_BUGS } from './shipping-bugs.js'
import { ROUND_BUGS } from './round-bugs.js'
import { RULE_BUGS } from './rule-bugs.js'
import { DURABILITY_BUGS } from './durability-bugs.js'
import { WEBHOOK_BUGS } from './webhook-bugs.js'

export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...PAYMENT_BUGS, ...RULE_BUGS, ...PROVIDER_BUGS, ...WEBHOOK_BUGS, ...OUTSIDE_BUGS, ...ORDER_BUGS, ...ROUND_BUGS, ...OUTBOX_BUGS, ...MESSAGE_BUGS, ...MINUTE_BUGS, ...ROOM_BUGS, ...CHANNEL_BUGS, ...SHIPPING_BUGS,
  ...LIVE_BUGS, ...DURABILITY_BUGS,
]

/** The bug of that name; none for null. */
export function plantedBug (name: string | null): PlantedBug | null {
  if (name === null) return null
  const bug = PLANTED_BUGS.find((planted) => planted.name === name)
  if (bug === undefined) throw new Error(`no planted bug is called ${name}`)
  return bug
}
