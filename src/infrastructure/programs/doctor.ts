/** `basvideo doctor`: looks at all that the service needs, and changes nothing. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { doctor } = await import('../commands/doctor.js')
await doctor(process.env)
