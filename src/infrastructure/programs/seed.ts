/** `basvideo seed`: fills a development service with a sample shop through its API. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { seed } = await import('../commands/seed.js')
await seed(process.env)
