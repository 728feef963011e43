import { createHmac } from 'node:crypto'
import t from 'tap'
import { laterBy } from '#domain/time.js'
import { aRefundId, START } from '../../../support/builders.js'
import { delivery, gatewayAt, OLD_SECRET, signed, WEBHOOK_SECRET } from './support.js'

const gateway = gatewayAt(null)
const metadata = { paymentId: 'pay_1' }
const intent = { id: 'pi_1', object: 'payment_intent', amount: 10_000, amount_received: 10_000, currency: 'try', metadata, status: 'succeeded', last_payment_error: null }
const refund = { id: 're_stripe', object: 'refund', amount: 4_000, currency: 'try', payment_intent: 'pi_1', metadata: { ...metadata, refundId: aRefundId('a') } }
const dispute = { id: 'du_1', object: 'dispute', amount: 10_000, currency: 'try', payment_intent: 'pi_1', metadata: {} }
const session = { id: 'cs_1', object: 'checkout.session', client_reference_id: 'pay_1' }
const charge = { id: 'ch_1', object: 'charge', payment_intent: 'pi_1' }
const ours = { paymentId: 'pay_1', providerReference: 'pi_1' }
const byReference = { paymentId: null, providerReference: 'pi_1' }
const nothing = { paymentId: null, providerReference: null, fact: null }

t.test('every subscribed type of event is read', async (t) => {
  const paid = { kind: 'succeeded', reference: 'pi_1', amount: 10_000, currency: 'TRY' }
  const given = (status: string) => ({ kind: 'refund', refundId: aRefundId('a'), status, amount: 4_000, currency: 'TRY', reference: 're_stripe', charge: 'pi_1' })
  const disputed = (status: string) => ({ kind: 'dispute', disputeId: 'du_1', status, amount: 10_000, currency: 'TRY', charge: 'pi_1' })
  const table: ReadonlyArray<readonly [type: string, object: Record<string, unknown>, webhook: object]> = [
    ['payment_intent.succeeded', intent, { ...ours, fact: paid }],
    ['payment_intent.succeeded', { ...intent, currency: 'xxx' }, { ...ours, fact: 'ask' }],
    ['payment_intent.succeeded', { ...intent, metadata: {} }, { ...byReference, fact: null }],
    ['payment_intent.succeeded', { ...intent, metadata: null }, { ...byReference, fact: null }],
    ['payment_intent.succeeded', { ...intent, metadata: { paymentId: 'order 7 of another shop' } }, { ...byReference, fact: null }],
    ['payment_intent.processing', { ...intent, status: 'processing' }, { ...ours, fact: { kind: 'processing', reference: 'pi_1' } }],
    ['payment_intent.canceled', { ...intent, status: 'canceled' }, { ...ours, fact: { kind: 'canceled', reference: 'pi_1' } }],
    ['payment_intent.payment_failed', { ...intent, status: 'requires_payment_method' }, { ...ours, fact: 'ask' }],
    ['payment_intent.requires_action', { ...intent, status: 'requires_action' }, { ...ours, fact: 'ask' }],
    ...['completed', 'expired', 'async_payment_succeeded', 'async_payment_failed'].map((event) =>
      [`checkout.session.${event}`, session, { paymentId: 'pay_1', providerReference: 'cs_1', fact: 'ask' }] as const),
    ...['requires_capture', 'processing'].map((status) => ['payment_intent.processing', { ...intent, status }, { ...ours, fact: { kind: 'processing', reference: 'pi_1' } }] as const),
    ['checkout.session.completed', { ...session, client_reference_id: null }, { paymentId: null, providerReference: 'cs_1', fact: null }],
    ['charge.refunded', { ...charge, payment_intent: { id: 'pi_1' }, metadata }, { ...ours, fact: 'ask' }],
    ['charge.refunded', { ...charge, metadata: null }, { ...byReference, fact: 'ask' }],
    ['charge.refunded', { ...charge, payment_intent: null, metadata: {} }, { ...nothing, fact: 'ask' }],
    ['refund.created', { ...refund, status: 'pending' }, { ...ours, fact: given('pending') }],
    ['refund.updated', { ...refund, status: 'succeeded' }, { ...ours, fact: given('succeeded') }],
    ['charge.refund.updated', { ...refund, status: 'canceled' }, { ...ours, fact: given('failed') }],
    ['refund.failed', { ...refund, status: 'failed' }, { ...ours, fact: given('failed') }],
    ['refund.updated', { ...refund, status: 'considered' }, { ...ours, fact: 'ask' }],
    ['refund.created', { ...refund, status: 'requires_action', metadata: null }, { ...byReference, fact: { ...given('pending'), refundId: null } }],
    ['refund.created', { ...refund, payment_intent: null, status: 'pending', metadata: { refundId: 're_stripe' } }, { ...nothing, fact: { kind: 'refund', refundId: null, status: 'pending', amount: 4_000, currency: 'TRY', reference: 're_stripe' } }],
    ['refund.failed', { ...refund, status: 'failed', failure_reason: 'declined' }, { ...ours, fact: { ...given('failed'), failure: { code: 'declined', message: "the payer's bank does not take the refund" } } }],
    ['charge.dispute.created', { ...dispute, status: 'needs_response' }, { ...byReference, fact: disputed('open') }],
    ['charge.dispute.updated', { ...dispute, status: 'under_review' }, { ...byReference, fact: disputed('open') }],
    ['charge.dispute.closed', { ...dispute, status: 'won' }, { ...byReference, fact: disputed('won') }],
    ['charge.dispute.closed', { ...dispute, status: 'lost' }, { ...byReference, fact: disputed('lost') }],
    ['charge.dispute.created', { ...dispute, status: 'warning_needs_response' }, { ...byReference, fact: disputed('warning') }],
    ['charge.dispute.closed', { ...dispute, status: 'warning_closed' }, { ...byReference, fact: disputed('prevented') }],
    ['charge.dispute.created', { ...dispute, payment_intent: null, status: 'lost' }, { ...nothing, fact: { kind: 'dispute', disputeId: 'du_1', status: 'lost', amount: 10_000, currency: 'TRY' } }],
    ['charge.dispute.updated', { ...dispute, status: 'a_new_one' }, { ...byReference, fact: null }],
    ['customer.created', { id: 'cus_1' }, nothing],
  ]
  for (const [type, object, webhook] of table) {
    t.same(gateway.verifyWebhook(delivery(type, object)), { eventId: 'evt_1', type, ...webhook }, `${type} ${String(object['status'])}`)
  }
})

t.test('an event about an account that is connected to ours concerns nothing of ours', async (t) => {
  const event = { id: 'evt_1', object: 'event', type: 'refund.created', data: { object: { ...refund, status: 'succeeded' } } }
  t.match(gateway.verifyWebhook(signed(JSON.stringify(event))), { ...ours, fact: { kind: 'refund' } })
  t.match(gateway.verifyWebhook(signed(JSON.stringify({ ...event, account: null }))), { ...ours, fact: { kind: 'refund' } })
  t.same(gateway.verifyWebhook(signed(JSON.stringify({ ...event, account: 'acct_1' }))), { eventId: 'evt_1', type: 'refund.created', ...nothing })
})

t.test('the word about a dispute has the time of its event', async (t) => {
  const event = { id: 'evt_1', object: 'event', type: 'charge.dispute.updated', created: Date.parse(START) / 1000, data: { object: { ...dispute, status: 'lost' } } }
  t.match(gateway.verifyWebhook(signed(JSON.stringify(event))), { fact: { kind: 'dispute', status: 'lost', at: START } })
})

t.test('every active secret is accepted, and so is a header with several signatures', async (t) => {
  for (const secret of [WEBHOOK_SECRET, OLD_SECRET]) t.match(gateway.verifyWebhook(delivery('customer.created', {}, secret)), { eventId: 'evt_1' })
  const genuine = delivery('customer.created', {})
  const header = String(genuine.headers['stripe-signature'])
  t.match(gateway.verifyWebhook({ ...genuine, headers: { 'stripe-signature': `${header},v1=${'0'.repeat(64)}` } }), { eventId: 'evt_1' })
  t.throws(() => gateway.verifyWebhook({ ...genuine, headers: { 'stripe-signature': [header] } }), { code: 'invalid_webhook_signature' })
})

t.test('a signature that is computed without the package is valid', async (t) => {
  const body = Buffer.from('{ "id": "evt_2",\n "type": "customer.created", "data": {"object": {"name": "Ayşe"}} }')
  const time = Date.parse(START) / 1000
  const signature = createHmac('sha256', OLD_SECRET).update(`${time}.`).update(body).digest('hex')
  const headers = { 'stripe-signature': `t=${time},v1=${signature}` }
  t.match(gateway.verifyWebhook({ headers, body, now: START }), { eventId: 'evt_2', type: 'customer.created' })
  t.match(gateway.verifyWebhook({ headers, body, now: laterBy(START, 300_000) }), { eventId: 'evt_2' }, 'after just five minutes')
  t.throws(() => gateway.verifyWebhook({ headers: { 'stripe-signature': `t=${time + 1},v1=${signature}` }, body, now: START }), { code: 'invalid_webhook_signature' })
})

t.test('a signed webhook that is not readable has a code of its own, and none of it is passed on', async (t) => {
  for (const text of ['sk_test_1', '[]', 'null', '{"id":"evt_1"}', '{"id":7,"type":"x"}', '{"id":"evt_1","type":"refund.created"}']) {
    t.throws(() => gateway.verifyWebhook(signed(text)), { code: 'invalid_webhook', message: 'the webhook is signed, but not readable', cause: undefined }, text)
  }
})
