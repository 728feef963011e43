/** The service with as many payments in memory as its argument says. Sends its address to the parent once it listens. */
import { memoryStores } from '#adapters/memory/stores.js'
import { dispatcherOf } from '../../test/support/dispatching.js'
import { makePayments } from './payments.js'
import { serviceOn } from './service.js'

/** The dispatcher runs after this many payments, so that the outbox stays small. */
const DISPATCH_EVERY = 10_000

const store = memoryStores()
const dispatcher = dispatcherOf(store)
let waiting = 0
for (const decision of makePayments(Number(process.argv[2]))) {
  await store.payments.insert(decision)
  if (++waiting % DISPATCH_EVERY === 0) await dispatcher.run()
}
await dispatcher.run()
const { listen, publicUrl } = await serviceOn(store)
await listen()
// Garbage of the loading would hide the memory that an export takes.
globalThis.gc?.()
process.send?.(publicUrl())
