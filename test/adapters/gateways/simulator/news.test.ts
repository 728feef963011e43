import t from 'tap'
import { charged, SUCCESS, told } from '../bank.js'
import { makeSimulator } from '#adapters/gateways/simulator/simulator.js'
import { aPayment, countingIdentity, START } from '../../../support/builders.js'
import { heldDelay, SECRET, startReceiver } from '../support.js'

t.test('+late delays each webhook, and +tampered changes it on the way', async (t) => {
  const { delay, waits } = heldDelay()
  const { world } = await charged('tok_ok+late', { delay })
  const wait = await waits.next()
  t.equal(wait.milliseconds, 30_000)
  t.same(world.sent.items, [])
  wait.end()
  t.same(await told(world), [['payment.succeeded', SUCCESS]])
  const tampered = await charged('tok_ok+tampered')
  await told(tampered.world)
  t.match(tampered.world.sent.items, [{ tampered: true }])
})

t.test('+reordered lets every second webhook overtake the one before it, which arrives later without a second one', async (t) => {
  const { delay, waits } = heldDelay()
  const { world, payment } = await charged('tok_ok+reordered', { delay })
  const overtaken = await waits.next()
  t.equal(overtaken.milliseconds, 5000)
  t.same(await told(world), [])
  await world.gateway.refund({ payment, refundId: 're_1', amount: 1 })
  t.same((await told(world)).map(([type]) => type), ['refund.succeeded', 'payment.succeeded'])
  overtaken.end()
  await world.gateway.refund({ payment, refundId: 're_2', amount: 1 })
  const alone = await waits.next()
  alone.end()
  t.match(await world.sent.next(), { event: { type: 'refund.succeeded' } })
  t.match(await world.sent.next(), { event: { type: 'payment.succeeded' } })
  t.match(await world.sent.next(), { event: { data: { refundId: 're_2' } } })
  t.equal(world.sent.items.length, 3)
})

t.test('+lost sends no webhook, and +duplicate each webhook twice under one event id', async (t) => {
  const lost = await charged('tok_ok+lost')
  await lost.world.gateway.refund({ payment: lost.payment, refundId: 're_1', amount: 1 })
  t.same(await told(lost.world), [])
  const { world } = await charged('tok_ok+duplicate')
  t.same(await told(world), [['payment.succeeded', SUCCESS], ['payment.succeeded', SUCCESS]])
  const [first, second] = world.sent.items
  t.equal(first?.eventId, second?.eventId)
})

t.test('a tampered webhook arrives under the original signature', async (t) => {
  const { url, received } = await startReceiver(t)
  const { gateway, close } = makeSimulator({ secrets: [SECRET], webhookUrl: () => url, pageUrl: () => '', clock: () => START, identity: countingIdentity(), onGivenUp: () => {} })
  t.teardown(close)
  await gateway.charge({ payment: aPayment(), token: 'tok_ok+tampered', buyer: null, billingAddress: null, ip: '192.0.2.1', callbackUrl: '' })
  const { headers, body } = await received.next()
  const sent = JSON.parse(body.toString()) as { data: { amount: number } }
  t.equal(sent.data.amount, 10_001)
  t.throws(() => gateway.verifyWebhook({ headers, body, now: START }), { code: 'invalid_webhook_signature' })
  const signed = JSON.stringify({ ...sent, data: { ...sent.data, amount: 10_000 } })
  t.match(gateway.verifyWebhook({ headers, body: Buffer.from(signed), now: START }), { type: 'payment.succeeded' })
})
