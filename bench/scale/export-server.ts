/** The service in memory with as many payments as its argument says. Tells its parent the address once it listens. */
import { serviceOn } from './service.js'
import { loadMemory } from './stores.js'

const { store } = await loadMemory(Number(process.argv[2]))
const { listen, publicUrl } = await serviceOn(store)
await listen()
// What loading has left behind would hide what an export takes.
globalThis.gc?.()
process.send?.(publicUrl())
