import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { mapStores, STORE_NAMES } from '#application/ports/stores.js'

t.test('every store is wrapped under its own name, and what is no store stays', async t => {
  const stores = memoryStores()
  const wrapped = new Map<string, unknown>()
  const mapped = mapStores(stores, (name, store) => {
    wrapped.set(name, store)
    return Object.create(store) as typeof store
  })
  t.strictSame([...wrapped.keys(), 'ping', 'inspect', 'close'].sort(), Object.keys(stores).sort(), 'all of them')
  for (const name of STORE_NAMES) {
    t.equal(wrapped.get(name), stores[name])
    t.equal(Object.getPrototypeOf(mapped[name]), stores[name], name)
  }
  t.equal(mapped.ping, stores.ping)
  t.equal(mapped.close, stores.close)
})
