/** `basvideo drain`: carries the journal of `DATA_DIR` out into DynamoDB while no service runs on it. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { drain } = await import('../commands/drain.js')
await drain(process.env)
