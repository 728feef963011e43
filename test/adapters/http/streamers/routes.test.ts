import t from 'tap'
import { adminToken, adminUser, as, key, startService, type Headers, type TestService } from '../../../support/service.js'

const REQUEST = { email: 'Mehmet@Example.com', minutes: 600, amount: 120_000, currency: 'TRY', note: 'by bank transfer' }

interface Added {
  readonly streamer: { readonly streamerId: string }
  readonly payment: { readonly paymentId: string }
}

async function add ({ call }: TestService, idempotencyKey = 'k-1', overrides: Record<string, unknown> = {}, who: Headers = adminToken) {
  const answer = await call('POST', '/api/admin/streamers/add', { ...who, ...key(idempotencyKey) }, { ...REQUEST, ...overrides })
  return { ...answer, added: answer.body as unknown as Added }
}

t.test('an administrator adds minutes, and a repeat answers the same', async t => {
  const service = await startService(t)
  const first = await add(service)
  const streamer = { email: 'mehmet@example.com', minutesPurchased: 600, minutesUsed: 0, minutesRemaining: 600 }
  t.match(first, { status: 201, body: { streamer, payment: { provider: 'manual', status: 'succeeded', amount: 120_000, currency: 'TRY', description: 'by bank transfer', metadata: { minutes: 600 } } } })
  t.equal(first.headers['idempotent-replayed'], undefined)
  t.notMatch(first.text, /fingerprint|lease|version|capturedAmount|buyerEmail/)
  const again = await add(service, 'k-1', {}, adminUser)
  t.match(again, { status: 200, headers: { 'idempotent-replayed': 'true' }, body: first.body })
  t.match(await add(service, '"k-1"', { email: 'mehmet@example.com' }), { status: 200 }, 'the quoted key is the same key, and the case of the address makes no difference')
  for (const other of [{ minutes: 1 }, { email: 'zeynep@example.com' }]) t.match(await add(service, 'k-1', other), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match(await service.call('GET', `/api/payments/${first.added.payment.paymentId}`, adminToken), { status: 200, body: { provider: 'manual' } })
  t.match(await service.call('POST', `/api/payments/${first.added.payment.paymentId}/refund`, { ...adminToken, ...key('r-1') }), { status: 409, body: { code: 'payment_not_refundable' } })
  t.match((await service.call('GET', '/metrics')).text, /basvideo_payment_events_total\{provider="manual",type="payment\.succeeded"\} 1\n/)
})

t.test('free minutes have no payment, and an amount needs its currency', async t => {
  const service = await startService(t)
  t.match(await add(service, 'k-1', { amount: undefined, currency: undefined, note: undefined }), { status: 201, body: { payment: null } })
  t.match(await add(service, 'k-1', { amount: undefined, currency: undefined, note: undefined }), { status: 200, body: { payment: null } })
  t.match(await add(service, 'k-2', { currency: undefined }), { status: 422, body: { code: 'invalid_amount' } })
  t.match(await add(service, 'k-2', { amount: undefined }), { status: 422, body: { code: 'invalid_amount' } })
  t.match(await add(service, 'k-2', { currency: 'XXX' }), { status: 422, body: { code: 'unsupported_currency' } })
})

t.test('a streamer spends minutes, once per key, until none are left', async t => {
  const service = await startService(t)
  const { added: { streamer: { streamerId } } } = await add(service)
  const mehmet = as('mehmet', { email: 'mehmet@example.com', email_verified: true })
  const spend = async (idempotencyKey: string, minutes: number, who: Headers = mehmet, broadcastId = 'live-7') =>
    await service.call('POST', `/api/streamers/${streamerId}/usage`, { ...who, ...key(idempotencyKey) }, { minutes, broadcastId })
  const spent = { streamerId, email: 'mehmet@example.com', minutesPurchased: 600, minutesUsed: 590, minutesRemaining: 10 }
  const first = await spend('u-1', 590)
  t.match(first, { status: 200, body: spent })
  t.equal(first.headers['idempotent-replayed'], undefined)
  t.match(await spend('u-1', 590, as(streamerId)), { status: 200, headers: { 'idempotent-replayed': 'true' }, body: spent })
  t.match(await spend('u-1', 590, adminUser, 'live-8'), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match(await spend('u-2', 11, adminToken), { status: 409, body: { code: 'insufficient_minutes' } })
  t.same((await service.call('GET', `/api/streamers/${streamerId}/status`, mehmet)).body, spent)
  const ledger = await service.call('GET', `/api/streamers/${streamerId}/ledger?limit=1`, mehmet)
  t.match(ledger.body.items, [{ kind: 'spend', minutes: 590, minutesRemaining: 10, broadcastId: 'live-7', paymentId: null, note: null }])
  t.notMatch(ledger.text, /fingerprint/)
  const rest = await service.call('GET', `/api/streamers/${streamerId}/ledger?cursor=${ledger.body.nextCursor}`, mehmet)
  t.match(rest.body, { items: [{ kind: 'credit', minutes: 600, note: 'by bank transfer', paymentId: /^pay_/ }], nextCursor: null })
  t.match(await service.call('GET', `/api/streamers/str_other/ledger?cursor=${ledger.body.nextCursor}`, adminToken), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('an address identifies a streamer only when its issuer has verified it', async t => {
  const service = await startService(t)
  const { added: { streamer: { streamerId } } } = await add(service)
  const status = async (who: Headers) => (await service.call('GET', `/api/streamers/${streamerId}/status`, who)).status
  const email = 'mehmet@example.com'
  t.equal(await status(as('mehmet', { email: 'MEHMET@example.com', email_verified: true })), 200)
  for (const claims of [{ email }, { email, email_verified: false }, { email, email_verified: 'true' }, { email, email_verified: 1 }, { email_verified: true }, { email: [email], email_verified: true }, { email: 'zeynep@example.com', email_verified: true }]) {
    t.equal(await status(as('mehmet', claims)), 404, JSON.stringify(claims))
  }
  t.equal(await status(as(email)), 404, 'a user id that looks like the address is not the address')
  t.equal(await status({ ...as('mehmet'), ...adminToken }), 200)
})

t.test('administrators list all streamers, page by page', async t => {
  const service = await startService(t)
  for (const name of ['ada', 'bora', 'ceren']) await add(service, name, { email: `${name}@example.com`, amount: undefined, currency: undefined })
  const page = await service.call('GET', '/api/admin/streamers?limit=2', adminToken)
  t.match(page, { status: 200, body: { items: [{ minutesRemaining: 600 }, {}] } })
  const rest = await service.call('GET', `/api/admin/streamers?limit=2&cursor=${page.body.nextCursor}`, adminUser)
  t.equal(rest.body.nextCursor, null)
  t.same(new Set([...page.body.items, ...rest.body.items].map(({ email }) => email)), new Set(['ada@example.com', 'bora@example.com', 'ceren@example.com']))
})

t.test('no address and no note reaches the log', async t => {
  const service = await startService(t)
  const { added: { streamer: { streamerId } } } = await add(service)
  await service.call('GET', `/api/streamers/${streamerId}/status`, as('mehmet', { email: 'mehmet@example.com', email_verified: true }))
  t.ok(service.logs.length > 0)
  t.notMatch(service.logs.join(''), /mehmet@example|bank transfer/i)
})
