/** `basvideo openapi`: prints the OpenAPI document that a running service with accounts serves at /openapi. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { openapi } = await import('../commands/openapi.js')
await openapi()
