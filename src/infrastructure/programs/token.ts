/** `basvideo token`: prints a token of a user, signed with the secret of the development service. */
import { endOnSignals } from '../runtime/signals.js'

endOnSignals()
const { token } = await import('../commands/token.js')
await token(process.env)
