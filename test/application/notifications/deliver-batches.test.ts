import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { DELIVERY_BATCH, DELIVERY_LEASE_MS } from '#application/notifications/deliver-notifications.js'
import { NOTIFICATION_QUEUES } from '#application/ports/notification-stores.js'
import type { Mail, Send } from '#application/ports/notification-channels.js'
import type { Stores } from '#application/ports/stores.js'
import { shardOf } from '#domain/shard.js'
import { notification } from '../../contracts/notification-store.contract.js'
import { START } from '../../support/builders.js'
import { faultyPorts } from '../../support/faulty-store.js'
import { happens, notifying } from '../../support/notifying.js'

t.test('all of many due notifications are sent, a batch at a time', async (t) => {
  const world = notifying()
  await happens(world, 'payment.created')
  for (let index = 0; index < 5 * DELIVERY_BATCH; index++) await world.notifications.insert(notification(`ntf_${index}`, { userId: 'ada', createdAt: START }))
  t.ok((await world.deliver()).includes(true))
  while ((await world.deliver()).includes(true));
  t.equal(new Set(world.email.taken.map(({ notificationId }) => notificationId)).size, 5 * DELIVERY_BATCH)
  t.equal(world.email.taken.length, 5 * DELIVERY_BATCH)
})

t.test('two concurrent deliveries send nothing twice while leases hold', async (t) => {
  const stores = memoryStores()
  const [one, other] = [notifying({}, stores), notifying({}, stores)]
  await happens(one, 'payment.created')
  for (let index = 0; index < 30; index++) await stores.notifications.insert(notification(`ntf_${index}`, { userId: 'ada', createdAt: START }))
  const work = async ({ deliver }: typeof one) => { while ((await deliver()).includes(true)); }
  await Promise.all([work(one), work(other)])
  const ids = [...one.email.taken, ...other.email.taken].map(({ notificationId }) => notificationId)
  t.equal(ids.length, 30)
  t.equal(new Set(ids).size, 30)
})

t.test('a crash between sending and storing the outcome sends again, under the same id, after the lease', async (t) => {
  const stores = memoryStores()
  const faults = faultyPorts()
  const world = notifying({ notifications: faults.wrap(stores.notifications) }, stores)
  await happens(world, 'payment.succeeded')
  // The delivery reads four queues and leases the notification. The call that fails stores the outcome.
  faults.plan({ call: 6, when: 'before' })
  await t.rejects(world.deliver(), { code: 'store_unavailable' })
  t.equal(world.email.taken.length, 1)
  faults.plan(null)
  world.time.advance(DELIVERY_LEASE_MS - 1)
  await world.deliver()
  t.equal(world.email.taken.length, 1)
  world.time.advance(1)
  await world.deliver()
  const [first, second] = world.email.taken
  t.same(first, second)
  t.match(await world.history('ada'), [{ state: 'sent' }])
})

t.test('a batch is leased in one step, and outcomes that come while one is stored are stored together', async (t) => {
  const stores = memoryStores()
  const { notifications } = stores
  const steps: string[] = []
  const { promise: stored, resolve: go } = Promise.withResolvers<undefined>()
  const slow = withMethods(notifications, {
    replaceAll: async (nexts) => {
      steps.push(nexts.map(({ state }) => state).join(' '))
      if (steps.length > 1) await stored
      return await notifications.replaceAll(nexts)
    },
  })
  let mails = 0
  const email: Send<Mail> = async () => {
    if (++mails > 1) await setImmediate()
    return { kind: 'sent' }
  }
  const world = notifying({ notifications: slow, notificationSenders: { sms: null, email } }, stores)
  await happens(world, 'payment.created')
  const ids = Array.from({ length: 100 }, (_, index) => `ntf_${index}`).filter((id) => shardOf(id, NOTIFICATION_QUEUES) === 0).slice(0, 4)
  for (const id of ids) await notifications.insert(notification(id, { userId: 'ada', createdAt: START }))
  const delivered = world.deliver()
  await setImmediate()
  await setImmediate()
  t.same(steps, ['waiting waiting waiting waiting', 'sent'], 'the first waits for none')
  go(undefined)
  await delivered
  t.same(steps.slice(2), ['sent sent sent'])
  t.equal(world.observed.length, 4)
})

t.test('a delivery that outlives its lease changes nothing', async (t) => {
  const stores = memoryStores()
  const overtaken: Send<Mail> = async () => {
    fast.time.advance(DELIVERY_LEASE_MS)
    await fast.deliver()
    return { kind: 'permanent', reason: 'too late' }
  }
  const slow = notifying({ notificationSenders: { sms: null, email: overtaken } }, stores)
  const fast = notifying({}, stores)
  await happens(slow, 'payment.succeeded')
  await slow.deliver()
  t.match(await slow.history('ada'), [{ state: 'sent' }])
  t.same([slow.observed, fast.observed], [[], ['payment_succeeded sent']])
})

t.test('an outage in the middle of a batch delays none of the others', async (t) => {
  const stores: Stores = memoryStores()
  const faults = faultyPorts()
  const world = notifying({ payments: faults.wrap(stores.payments) }, stores)
  await happens(world, 'payment.created')
  for (let index = 0; index < 8; index++) await stores.notifications.insert(notification(`ntf_${index}`, { userId: 'ada', createdAt: START }))
  faults.plan({ call: 3, when: 'before' })
  await t.rejects(world.deliver(), { code: 'store_unavailable' })
  t.equal(world.email.taken.length, 7)
  await world.deliver()
  t.equal(world.email.taken.length, 7, 'the lease keeps it from the head of the queue')
  world.time.advance(DELIVERY_LEASE_MS)
  await world.deliver()
  t.equal(new Set(world.email.taken.map(({ notificationId }) => notificationId)).size, 8)
})
