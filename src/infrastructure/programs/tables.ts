/** `basvideo tables`: creates every table and index, or those that are missing. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { tables } = await import('../commands/tables.js')
await tables(process.env)
