/** `basvideo start`: runs the service until a signal ends it. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { start } = await import('../commands/start.js')
await start(process.env)
