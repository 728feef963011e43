/** `basvideo seed`: fills a development service with a small shop through its API. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { seed } = await import('../commands/seed.js')
await seed(process.env)
