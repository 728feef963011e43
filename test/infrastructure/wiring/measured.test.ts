// @own-process
import t from 'tap'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import { created } from '#domain/payments/decision.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { measuredCarrier, measuredGateway, measuredStores, measuredVideo, withCarrierTroubleLogged, withTroubleLogged, withVideoTroubleLogged } from '#infrastructure/wiring/measured.js'
import { openStores, unreadableRows } from '#infrastructure/wiring/open-stores.js'
import { aMessage, aPayment, START } from '../../support/builders.js'
import { faultyPorts } from '../../support/faulty-store.js'
import { aParcel } from '../../support/parcels.js'
import { LABEL, lost, ScriptedCarrier } from '../../support/scripted-carrier.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { as, key, startService } from '../../support/service.js'
import { PARTY } from '../../support/shipments.js'
import { ScriptedVideo } from '../../support/video.js'

const CHARGE = { payment: aPayment(), token: 'tok_ok', buyer: null, billingAddress: null, ip: '127.0.0.1', callbackUrl: 'https://api.example/return' }
const logger = { error: () => {}, warn: () => {} }

t.test('calls of stores are timed by outcome, and their answers pass through', async t => {
  const metrics = makeMetrics()
  const { stores: memory } = await openStores(loadConfig({}, () => 'a-secret-that-is-long-enough-to-be-one'), metrics, logger)
  const faults = faultyPorts()
  const { messages } = measuredStores({ ...memory, messages: faults.wrap(memory.messages) }, metrics)
  t.match(await messages.insert(aMessage()), { inserted: true })
  faults.plan({ call: 1, when: 'before' })
  await t.rejects(messages.find('msg_1'), { code: 'store_unavailable' })
  t.match(await messages.find('msg_1'), { messageId: 'msg_1' })
  const { body, contentType } = await metrics.render()
  t.match(contentType, /^text\/plain/)
  for (const [operation, outcome] of [['insert', 'ok'], ['find', 'error'], ['find', 'ok']]) {
    t.ok(body.includes(`basvideo_store_call_duration_seconds_count{store="messages",operation="${operation}",outcome="${outcome}"} 1`), `${operation} ${outcome}`)
  }
})

t.test('events of payments are counted once, whatever is repeated', async t => {
  const metrics = makeMetrics()
  const { stores: store } = await openStores(loadConfig({}, () => 'a-secret-that-is-long-enough-to-be-one'), metrics, logger)
  const { payments } = measuredStores(store, metrics)
  const other = created(aPayment({ lease: { owner: 'lease_9', epoch: 1, until: null } }))
  t.match(await payments.insert(created(aPayment())), { inserted: true })
  t.match(await payments.insert(other), { inserted: false })
  const webhookEvent = {
    eventKey: 'scripted#evt_1',
    provider: 'scripted',
    type: 'x',
    state: 'applied',
    reason: null,
    tries: 0,
    paymentId: 'pay_1',
    providerReference: null,
    fact: null,
    digest: 'd',
    receivedAt: START,
    dueAt: null,
  } as const
  for (const duplicate of [false, true]) t.match(await payments.update('pay_1', (payment) => created(payment), { webhookEvent }), { duplicate })
  t.match((await metrics.render()).body, /basvideo_payment_events_total\{provider="scripted",type="payment\.created"\} 2\n/)
})

t.test('calls of a gateway are timed by their answer', async t => {
  const metrics = makeMetrics()
  const gateway = measuredGateway(new ScriptedGateway().willCharge({ kind: 'unknown', reason: 'silence' }, new Error('broken')), metrics)
  t.match(await gateway.charge(CHARGE), { kind: 'unknown' })
  await t.rejects(gateway.charge(CHARGE), { message: 'broken' })
  t.match([gateway.provider, gateway.capabilities], ['scripted', { idempotent: true, currencies: null }], 'what is no call passes through')
  t.throws(() => gateway.verifyWebhook({ headers: {}, body: new Uint8Array() } as unknown as WebhookDelivery), { code: 'invalid_webhook_signature' })
  const { body } = await metrics.render()
  for (const outcome of ['unknown', 'error']) t.ok(body.includes(`{provider="scripted",operation="charge",outcome="${outcome}"} 1`), outcome)
  t.notOk(body.includes('verifyWebhook'))
})

t.test('an outcome that a provider does not say is logged, of charges and of refunds', async t => {
  const lines: object[] = []
  const scripted = new ScriptedGateway().willCharge({ kind: 'unknown', reason: 'silence' }, { kind: 'processing', reference: 'ref_1' }).willRefund({ kind: 'unknown', reason: 'reset' }, { kind: 'succeeded' })
  const gateway = withTroubleLogged(scripted, { error: (fields) => { lines.push(fields) } })
  for (let call = 0; call < 2; call++) await gateway.charge(CHARGE)
  for (let call = 0; call < 2; call++) await gateway.refund({ payment: CHARGE.payment, refundId: 're_1', amount: 100 })
  const line = { provider: 'scripted', paymentId: CHARGE.payment.paymentId }
  t.same(lines, [{ ...line, about: 'charge', reason: 'silence' }, { ...line, about: 'refund', reason: 'reset' }])
})

t.test('calls of a carrier are timed by their answer', async t => {
  const metrics = makeMetrics()
  const carrier = measuredCarrier(new ScriptedCarrier().will({ track: [lost, new Error('broken')] }), metrics)
  t.match(await carrier.track(aParcel()), { kind: 'unknown' })
  await t.rejects(carrier.track(aParcel()), { message: 'broken' })
  const { body } = await metrics.render()
  for (const outcome of ['unknown', 'error']) t.ok(body.includes(`{provider="scripted",operation="track",outcome="${outcome}"} 1`), outcome)
})

t.test('calls of a video provider are timed by their answer, and tokens and webhooks are none', async t => {
  const metrics = makeMetrics()
  const scripted = new ScriptedVideo()
  const video = measuredVideo(scripted, metrics)
  t.match(await video.isPublishing('room_1', 'str_1'), { kind: 'known' })
  scripted.meanwhile = async () => { throw new Error('broken') }
  await t.rejects(video.isPublishing('room_1', 'str_1'), { message: 'broken' })
  await video.endRoom('room_1')
  await video.issueToken({ roomId: 'room_1', identity: 'ada', canPublish: false, expiresAt: START })
  await t.rejects(video.verifyWebhook({ headers: {}, body: Buffer.from('nonsense'), now: START }))
  const { body } = await metrics.render()
  for (const [operation, outcome] of [['isPublishing', 'known'], ['isPublishing', 'error'], ['endRoom', 'ok']] as const) t.ok(body.includes(`{provider="scripted",operation="${operation}",outcome="${outcome}"} 1`), outcome)
  t.notMatch(body, /issueToken|verifyWebhook/)
})

t.test('a question that a video provider does not answer is logged, without the person', async t => {
  const lines: object[] = []
  const scripted = new ScriptedVideo()
  const video = withVideoTroubleLogged(scripted, { error: (fields) => { lines.push(fields) } })
  t.same(await video.isPublishing('room_1', 'str_1'), scripted.publishing)
  scripted.publishing = { kind: 'unknown', reason: 'silence' }
  t.same(await video.isPublishing('room_1', 'str_1'), scripted.publishing)
  t.same(lines, [{ provider: 'scripted', about: 'isPublishing', roomId: 'room_1', reason: 'silence' }])
})

t.test('a label is logged where the carrier says nothing of it, or refuses our key; what it refuses of the parcel is for the seller', async t => {
  const lines: object[] = []
  const scripted = new ScriptedCarrier().will({ create: [lost, { kind: 'refused', about: 'access', code: '401' }, { kind: 'refused', failure: { code: 'E1', message: 'no' } }, LABEL] })
  const carrier = withCarrierTroubleLogged(scripted, { error: (fields) => { lines.push(fields) } })
  for (let call = 0; call < 4; call++) await carrier.create({ shipment: aParcel(), from: PARTY, to: PARTY, content: 'Scarf' }, null)
  const line = { carrier: 'scripted', shipmentId: 'ship_1' }
  t.same(lines, [{ ...line, about: 'create', reason: 'timeout' }, { ...line, about: 'access', code: '401' }])
})

t.test('requests to DynamoDB are timed by command, and closed metrics are empty', async t => {
  const metrics = makeMetrics()
  metrics.observeDynamodbRequest('GetItem', 0.003)
  t.match((await metrics.render()).body, /basvideo_dynamodb_request_duration_seconds_bucket\{le="0\.005",command="GetItem"\} 1\n/)
  metrics.close()
  t.equal((await metrics.render()).body.trim(), '')
})

t.test('transactions that go out together are counted by call, with their waits and what conflicts spoil', async t => {
  const { groupObserver, render } = makeMetrics()
  groupObserver.onCall([0])
  groupObserver.onCall([0.002, 0.02, 0.2])
  groupObserver.onSpoilt()
  const { body } = await render()
  t.match(body, /^basvideo_dynamodb_group_units_bucket\{le="2"\} 1$/m)
  t.match(body, /^basvideo_dynamodb_group_units_sum 4$/m)
  t.match(body, /^basvideo_dynamodb_group_wait_seconds_bucket\{le="0\.025"\} 3$/m)
  t.match(body, /^basvideo_dynamodb_group_conflicts_total 1$/m)
})

t.test('streams that are cut off are counted', async t => {
  const { countSlowCut, render } = makeMetrics()
  countSlowCut()
  t.match((await render()).body, /^basvideo_live_slow_cut_total 1$/m)
})

t.test('the stores of DynamoDB open without an endpoint, and without a request', async t => {
  const { stores: store } = await openStores(loadConfig({ USE_DYNAMODB: 'true' }, () => 'a-secret-that-is-long-enough-to-be-one'), makeMetrics(), logger)
  await store.close()
  t.match(Object.keys(store), ['messages', 'conversations', 'messageReports', 'payments', 'billing', 'shipments', 'shipmentAddresses', 'rounds', 'streamers', 'rooms', 'feeds', 'channels', 'channelFeeds', 'users', 'registrations', 'sessions', 'erasures', 'attempts', 'apiKeys', 'audit', 'webhookEvents', 'orderIndex', 'notifications', 'notificationPreferences', 'outbox', 'events', 'stats', 'attention', 'errors', 'performanceRows', 'ping', 'inspect', 'close'])
})

t.test('a webhook of the simulator that is not delivered is logged', async t => {
  const { call, logs } = await startService(t)
  const givenUp = () => logs.find((line) => line.includes('a webhook of the simulator was not delivered'))
  // Nothing listens: they pile up, until there are too many or one has been tried too often.
  for (let i = 0; givenUp() === undefined; i++) {
    await call('POST', '/api/payments/process', { ...as('ada'), ...key(`k-${i}`) }, { amount: 1, currency: 'TRY', orderId: `${i}`, paymentMethod: { token: 'tok_ok' } })
  }
  t.match(JSON.parse(String(givenUp())), { level: 40, eventId: /^evt_/, type: 'payment.succeeded', tries: Number, err: { message: String } })
})

t.test('the log lines that the process has dropped are a metric', async (t) => {
  let dropped = 3
  const { render } = makeMetrics({ lines: () => dropped, errors: () => 0, rows: () => dropped + 1 })
  t.match((await render()).body, /^basvideo_log_lines_dropped_total 3$/m)
  dropped = 5
  t.match((await render()).body, /^basvideo_log_lines_dropped_total 5$/m)
  t.match((await render()).body, /^basvideo_performance_log_dropped_total 6$/m)
})

t.test('a row that cannot be read counts each time and is logged once, by its key, for the first thousand keys', async (t) => {
  const metrics = makeMetrics()
  const lines: object[] = []
  const onUnreadable = unreadableRows(metrics, { warn: (line: object) => { lines.push(line) } })
  onUnreadable('messages', 'e1')
  onUnreadable('messages', 'e1')
  onUnreadable('payments', 'e1')
  t.same(lines, [{ table: 'messages', key: 'e1' }, { table: 'payments', key: 'e1' }])
  t.match((await metrics.render()).body, /^basvideo_rows_unreadable_total\{table="messages"\} 2$/m)
  for (let i = 0; i < 1000; i++) onUnreadable('inbox', `${i}`)
  t.equal(lines.length, 1000)
  t.match((await metrics.render()).body, /^basvideo_rows_unreadable_total\{table="inbox"\} 1000$/m)
})
