/** `basvideo backfill`: adds the attributes that newer indexes need to the messages of the earlier application, claims the orders of older * payments, and counts payments by the time of each change. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { backfill } = await import('../commands/backfill.js')
await backfill(process.env)
