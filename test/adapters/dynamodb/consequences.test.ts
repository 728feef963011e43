// @own-process
import t, { type Test } from 'tap'
import { EFFECTS } from '#application/outbox/effects.js'
import { makeNotify } from '#application/outbox/effects/notify.js'
import { makePublish } from '#application/outbox/effects/publish.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import { NOTIFICATION_QUEUES } from '#application/ports/notification-stores.js'
import { DAY_MS } from '#domain/time.js'
import { identity } from '#adapters/system/system.js'
import { message, times } from '../../contracts/fixtures.js'
import { aPaymentRequest } from '../../support/builders.js'
import { dispatcherOf } from '../../support/dispatching.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { notifying } from '../../support/notifying.js'
import { success, world } from '../../support/world.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** As many as a busy second. */
const PAYMENTS = 40

/** A shop whose people another system knows, on a store that counts requests. */
async function open (t: Test) {
  const commands: string[] = []
  const persistence = dynamoDb.open(await dynamoDb.freshTables(), { onRequest: (command) => { commands.push(command) } })
  t.teardown(async () => await persistence.close())
  const people = notifying({ users: { find: async () => null } }, persistence)
  const effects = [...EFFECTS, makeNotify({ identity, timeZone: 'Europe/Istanbul', shipWithinDays: 3 }), makePublish({ keptMs: DAY_MS })]
  const dispatcher = dispatcherOf(persistence, { effects, foresee: people.foresee, clock: people.time.clock })
  const shop = world({ persistence })
  // Amazon's engine deletes what has expired by the clock of the machine, such as the notifications of a test in the past.
  for (const { time } of [people, shop]) time.advance(Date.now() - Date.parse(time.clock()))
  const pay = async (ids: readonly string[], payerEmail?: string) => {
    shop.gateway.willCharge(...ids.map((id) => success(`ref-${id}`)))
    await times(ids.length, async (index) => {
      const id = String(ids[index])
      await shop.processPayment({ userId: `payer ${id}`, payerEmail, key: id, ip: '203.0.113.7', orderToken: null, request: aPaymentRequest({ orderId: `order ${id}` }) })
    })
  }
  const follow = async () => {
    await dispatcher.run()
    while ((await people.deliver()).includes(true));
  }
  const counted = async (run: () => Promise<unknown>): Promise<Record<string, number>> => {
    commands.length = 0
    await run()
    return Object.fromEntries(Object.entries(Object.groupBy(commands, (command) => command)).map(([kind, all = []]) => [kind, all.length]))
  }
  // The first of a day, and the first looks, take more.
  await pay(['first'])
  await follow()
  return { ...people, pay, follow, counted }
}

const total = (...counts: Array<Readonly<Record<string, number>>>): number => counts.flatMap((each) => Object.values(each)).reduce((sum, count) => sum + count, 0)

const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix} ${index}`)

t.test('a payment takes at most three requests over everything, to the mail about it', async (t) => {
  const { pay, follow, counted, email, history, deliver } = await open(t)
  const paying = await counted(async () => { await pay(ids('key', PAYMENTS), 'ada@shop.example') })
  const following = await counted(follow)
  const each = total(paying, following) / PAYMENTS
  t.comment(JSON.stringify({ paying, following, each }))
  t.equal(email.taken.length, PAYMENTS)
  t.ok(each <= 3, `${each}`)
  t.ok(total(following) / PAYMENTS <= 2, 'also where each payment comes alone')
  const silent = [await counted(async () => { await pay(ids('silent', PAYMENTS)) }), await counted(follow)] as const
  t.comment(JSON.stringify({ silent, each: total(...silent) / PAYMENTS }))
  t.equal(email.taken.length, PAYMENTS, 'these have no address')
  t.match(await history('payer silent 0'), [{ state: 'suppressed' }])
  t.same(await counted(deliver), { Query: NOTIFICATION_QUEUES }, 'and no delivery looks at them')
  t.ok(total(silent[1]) <= total(following))
})

t.test('a message and the mail about it take no more', async (t) => {
  const { follow, counted, messages, notificationPreferences, time, email } = await open(t)
  await times(PAYMENTS, async (index) => await notificationPreferences.update(`to ${index}`, () => ({ ...defaultPreferences('UTC'), contact: { email: 'ada@shop.example', phone: null } })))
  const sending = await counted(async () => await times(PAYMENTS, async (index) => await messages.insert(message(`m${index}`, { receiverId: `to ${index}`, createdAt: time.clock() }))))
  const dispatching = await counted(follow)
  time.advance(4 * 60_000)
  const telling = await counted(follow)
  t.comment(JSON.stringify({ sending, dispatching, telling, each: total(sending, dispatching, telling) / PAYMENTS }))
  t.equal(email.taken.length, PAYMENTS)
  t.ok(total(sending, dispatching) / PAYMENTS <= 1)
  t.ok(total(telling) / PAYMENTS <= 5)
})
