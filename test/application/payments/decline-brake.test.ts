import t from 'tap'
import { MINUTE_MS } from '#domain/time.js'
import { aPayment, aPaymentRequest } from '../../support/builders.js'
import { brake, declined, made } from '../../support/brake.js'
import { faultyPorts } from '../../support/faulty-store.js'
import { atOnce, decline, eventTypes, success, unknown, world } from '../../support/world.js'

/** How many declines of different payers it takes until one more has to wait, each from the next of these addresses. */
async function room (addresses: (index: number) => string, payers = (index: number): string => `payer ${index}`): Promise<number> {
  const { refusal, learn } = brake()
  for (let index = 0; index < 300; index++) {
    const payer = { userId: payers(index), ip: addresses(index) }
    if (await refusal(payer) !== null) return index
    await learn(payer, declined)
  }
  return Infinity
}

t.test('declines of one payer, from one address and from one network are limited, each by itself', async (t) => {
  const apart = (index: number): string => `10.${index}.0.1`
  t.equal(await room(apart, () => 'carder'), 5, 'one payer')
  t.equal(await room(apart), Infinity, 'payers who have nothing in common')
  t.equal(await room(() => '192.0.2.1'), 30, 'one address')
  t.equal(await room((index) => `192.0.2.${index % 250}`), 100, 'a network of 256 addresses')
  t.equal(await room((index) => `2001:db8:1:1::${index}`), 30, 'one customer of IPv6')
  t.equal(await room((index) => `2001:db8:1:${index}::1`), 100, 'one site of IPv6')
  t.equal(await room((index) => `2001:db8:${index}::1`), Infinity)
})

t.test('the wait grows with each decline up to a quarter of an hour, and an hour without any forgets them', async (t) => {
  const { refusal, learn, time } = brake()
  const payer = { userId: 'carder', ip: '192.0.2.1' }
  for (let index = 0; index < 4; index++) await learn(payer, declined)
  const waits: unknown[] = []
  for (let index = 0; index < 11; index++) {
    await learn(payer, declined)
    const wait = (await refusal(payer))?.retryAfterS
    waits.push(wait)
    time.advance(Number(wait) * 1000)
    t.equal(await refusal(payer), null)
  }
  t.same(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
  time.advance(61 * MINUTE_MS)
  await learn(payer, declined)
  t.equal(await refusal(payer), null)
})

t.test('a payment that is made takes one decline back, and an open one counts for nothing', async (t) => {
  const { refusal, learn } = brake()
  for (let index = 0; index < 200; index++) {
    const payer = { userId: `payer ${index % 50}`, ip: '192.0.2.1' }
    for (const payment of [declined, aPayment({ status: 'requires_action' }), made]) await learn(payer, payment)
  }
  t.equal(await refusal({ userId: 'another', ip: '192.0.2.1' }), null)
})

t.test('a payer whose cards are declined has to wait, before anything is stored, and repeats of their payments are answered', async (t) => {
  const w = world()
  w.gateway.willCharge(...Array.from({ length: 5 }, () => decline), success())
  for (let index = 0; index < 5; index++) t.match(await w.process({ orderId: `order-${index}` }, `k-${index}`), { payment: { status: 'failed' } })
  await t.rejects(w.process({}, 'k-new'), { code: 'too_many_attempts', retryAfterS: 2 })
  t.match(await w.process({ orderId: 'order-0' }, 'k-0'), { replayed: true, payment: { status: 'failed' } })
  t.equal((await eventTypes(w)).filter((type) => type === 'payment.created').length, 5)
  t.equal(w.gateway.charges.length, 5)
  w.time.advance(2000)
  t.match(await w.process({}, 'k-new'), { replayed: false, payment: { status: 'succeeded' } })
})

t.test('of cards that are tried at once as many reach the provider as of cards that are tried one after another', async (t) => {
  const crowds: Array<[limit: number, userId: (index: number) => string, ip: (index: number) => string]> = [
    [5, () => 'carder', (index) => `10.${index}.0.1`],
    [30, (index) => `payer ${index}`, () => '192.0.2.1'],
    [100, (index) => `payer ${index}`, (index) => `192.0.2.${index % 250}`],
  ]
  for (const [limit, userId, ip] of crowds) {
    const w = world()
    w.gateway.willCharge(...Array.from({ length: 150 }, () => decline))
    const { answers, codes } = await atOnce(Array.from({ length: limit + 12 }, (_, index) => async () => await w.processPayment({
      userId: userId(index), key: `k-${index}`, ip: ip(index), orderToken: null, request: aPaymentRequest({ orderId: `order-${index}` }),
    })))
    t.equal(w.gateway.charges.length, limit)
    t.equal(answers.length, limit)
    t.same(codes, Array(12).fill('too_many_attempts'))
    t.equal((await eventTypes(w)).filter((type) => type === 'payment.created').length, limit, 'nothing is stored of the others')
  }
})

t.test('purchases at once are all made, of one payer and of a crowd behind one address, whatever they lead to', async (t) => {
  for (const answer of [success(), unknown, { kind: 'requires_action', reference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example' } }] as const) {
    for (const userId of [() => 'ada', (index: number) => `payer ${index}`]) {
      const w = world()
      w.gateway.willCharge(...Array.from({ length: 45 }, () => answer))
      const { answers, codes } = await atOnce(Array.from({ length: 45 }, (_, index) => async () => await w.process({ orderId: `order-${index}` }, `k-${index}`, userId(index))))
      t.same([answers.length, codes, w.gateway.charges.length], [45, [], 45])
    }
  }
})

t.test('an unknown outcome is no decline, and the brake costs no request to the store', async (t) => {
  const faults = faultyPorts()
  const w = world({ through: faults.wrap })
  w.gateway.willCharge(...Array.from({ length: 8 }, () => unknown), success())
  for (let index = 0; index < 8; index++) await w.process({ orderId: `order-${index}` }, `k-${index}`)
  faults.plan(null)
  t.match(await w.process({}, 'k-new'), { payment: { status: 'succeeded' } })
  t.equal(faults.calls(), 3, 'the intent, the charge, the outcome')
})
