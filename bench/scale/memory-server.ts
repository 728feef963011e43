/** The service in memory with as many payments as its argument says. Tells its parent the address once it listens. */
import { memoryStores } from '#adapters/memory/stores.js'
import { dispatcherOf } from '../../test/support/dispatching.js'
import { makePayments } from './payments.js'
import { serviceOn } from './service.js'

/** Payments whose events wait at most, so that the outbox takes no memory worth measuring. */
const WAITING_MAX = 10_000

const store = memoryStores()
const dispatcher = dispatcherOf(store)
let waiting = 0
for (const decision of makePayments(Number(process.argv[2]))) {
  await store.payments.insert(decision)
  if (++waiting % WAITING_MAX === 0) await dispatcher.run()
}
await dispatcher.run()
const { listen, publicUrl } = await serviceOn(store)
await listen()
// What loading has left behind would hide what an export takes.
globalThis.gc?.()
process.send?.(publicUrl())
