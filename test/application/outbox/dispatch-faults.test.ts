import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { LEASE_MS, TRIES } from '#application/outbox/dispatch-shard.js'
import { EFFECTS } from '#application/outbox/effects.js'
import type { Effect } from '#application/outbox/effect.js'
import { outboxShardOf } from '#application/ports/outbox-store.js'
import { DomainError } from '#domain/errors.js'
import { settle } from '#domain/payments/settlement.js'
import { at, message, payment } from '../../contracts/fixtures.js'
import { settableClock } from '../../support/builders.js'
import { byCreation, dispatcherOf } from '../../support/dispatching.js'
import { faultyPorts, type Fault } from '../../support/faulty-store.js'
import { allEvents } from '../../support/world.js'

const DAY = at(0).slice(0, 10)
const BAD = 'pay_bad'
const shard = payment(BAD).events.map(outboxShardOf)[0]

/** An effect that fails for one payment. */
const choosy: Effect = {
  name: 'choosy',
  wantsPayment: () => true,
  writes: ({ subjectId }) => {
    if (subjectId === BAD) throw new Error('odd')
    return []
  },
}

/** Fails one call of a process, which dies or continues; another process follows after the lease. */
async function live (fault: Fault, dies: boolean) {
  const stores = memoryStores()
  const good = Array.from({ length: 60 }, (_, index) => payment(`pay_${index}`)).filter(({ events }) => events.some((event) => outboxShardOf(event) === shard)).slice(0, 4)
  for (const decision of [payment(BAD), ...good]) await stores.payments.insert(decision)
  for (const { payment: { paymentId } } of good.slice(0, 2)) await stores.payments.update(paymentId, (before) => settle(before, { kind: 'succeeded', reference: 'r', amount: 100, currency: 'TRY' }, at(1)))
  for (let index = 0; index < 20; index++) await stores.messages.insert(message(`m${index}`))
  const ports = faultyPorts()
  const time = settableClock(at(0))
  const options = { clock: time.clock, effects: [...EFFECTS, choosy] }
  const process = () => dispatcherOf({ outbox: ports.wrap(stores.outbox), payments: ports.wrap(stores.payments), stats: ports.wrap(stores.stats) }, options)
  let dispatcher = process()
  let failed = 0
  ports.plan(fault)
  for (let round = 0; round < 3 * TRIES; round++) {
    await dispatcher.run().catch((error: unknown) => {
      if (!(error instanceof DomainError) || error.code !== 'store_unavailable') throw error
      failed++
      if (dies) dispatcher = process()
    })
    if (dies && failed === 1) time.advance(LEASE_MS)
  }
  const calls = ports.calls()
  return { stores, failed, calls }
}

t.test('whichever call of a dispatcher fails, before or after its effect, no event is lost or counted twice', async (t) => {
  const { calls } = await live({ call: Infinity, when: 'before' }, false)
  t.ok(calls > 20, `${calls} calls`)
  for (let call = 1; call <= calls; call++) {
    for (const when of ['before', 'after'] as const) {
      for (const dies of [false, true]) {
        const { stores, failed } = await live({ call, when }, dies)
        const what = `call ${call}, ${when}, ${dies ? 'fatal' : 'borne'}`
        t.equal(failed, 1, what)
        t.same(await allEvents(stores), [], what)
        t.same((await byCreation(stores, DAY)).map(({ figures }) => figures), [{ pending_count: 2, pending_amount: 200, succeeded_count: 2, succeeded_amount: 200 }], what)
        t.same((await stores.outbox.parked({ before: null, limit: 10 })).items.map(({ event }) => event.subjectId), [BAD], what)
      }
    }
  }
})
