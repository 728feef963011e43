import t from 'tap'
import { fillShop, holdsOthers } from '#infrastructure/sample/fill.js'
import { makeServiceClient } from '#infrastructure/sample/service-client.js'
import { CONVERSATIONS, PAYMENTS, PEOPLE, STREAMERS } from '#infrastructure/sample/shop.js'
import { adminUser, as, key, startService, type TestService } from '../../support/service.js'

const tokenOf = (userId: string, role?: 'admin') => String(as(userId, { role, email: `${userId}@shop.example`, email_verified: true })['authorization']).replace('Bearer ', '')

/** What the shop is, as its people and the back office see it. Times and what webhooks change by themselves are left out. */
async function shopAt ({ call }: TestService) {
  const { body: { items: payments } } = await call('GET', '/api/admin/payments?limit=100', adminUser)
  const conversations = await Promise.all(PEOPLE.map(async ({ id }) => (await call('GET', '/api/conversations', as(id))).body.items.map(({ conversationId, lastMessage, unread }) => [conversationId, lastMessage, unread])))
  const languages = await Promise.all(PEOPLE.map(async ({ id }) => (await call('GET', '/api/users/me/notification-preferences', as(id))).body['locale']))
  const { body: { items: streamers } } = await call('GET', '/api/admin/streamers', adminUser)
  return { payments: payments.map(({ orderId, paymentId, amount, refunds }) => [orderId, paymentId, amount, refunds]), conversations, languages, streamers }
}

t.test('the sample shop has people, conversations, payments in every state and streamers, and a second run changes nothing', async (t) => {
  const service = await startService(t, { listen: true, env: { ORDERS: 'open', RECONCILE_PER_MINUTE: '0' } })
  const call = makeServiceClient({ url: service.url(), tokenOf })
  t.equal(await holdsOthers(call), false)
  const texts = CONVERSATIONS.flatMap(({ texts }) => texts).length
  const refunds = PAYMENTS.flatMap(({ refunds = [] }) => refunds).length
  const broadcasts = STREAMERS.flatMap(({ broadcasts }) => broadcasts).length
  const made = texts + PAYMENTS.length + refunds + STREAMERS.length + broadcasts
  t.same(await fillShop(call), { made, there: 0 })

  const { body: { items } } = await service.call('GET', '/api/admin/payments?limit=100', adminUser)
  const statuses = new Set(items.map(({ status }) => status))
  for (const status of ['succeeded', 'partially_refunded', 'refunded', 'failed', 'requires_action', 'pending', 'canceled']) t.ok(statuses.has(status), status)
  t.same([...new Set(items.map(({ currency }) => currency))].sort(), ['TRY', 'USD'])
  t.ok(items.some(({ flags }) => (flags as string[]).includes('amount_mismatch')))
  const shop = await shopAt(service)
  t.same(shop.languages, PEOPLE.map(({ locale }) => locale))
  t.same(shop.conversations.flat().some(([, , unread]) => Number(unread) > 0), true, 'some have not read everything')
  t.match(shop.streamers, STREAMERS.toReversed().map(({ email, minutes, broadcasts }) => ({ email, minutesRemaining: minutes - broadcasts.reduce((sum, one) => sum + one.minutes, 0) })))

  t.same(await fillShop(call), { made: 0, there: made })
  t.same(await shopAt(service), shop)
  t.equal(await holdsOthers(call), false)
  await service.call('POST', '/api/payments/process', { ...as('ada'), ...key('k') }, { amount: 500, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' } })
  t.equal(await holdsOthers(call), true)
})

t.test('a language that a person has chosen stays', async (t) => {
  const service = await startService(t, { listen: true, env: { ORDERS: 'open', RECONCILE_PER_MINUTE: '0' } })
  const { body } = await service.call('GET', '/api/users/me/notification-preferences', as('ayse'))
  await service.call('PUT', '/api/users/me/notification-preferences', as('ayse'), { ...body, locale: 'en' })
  await fillShop(makeServiceClient({ url: service.url(), tokenOf }))
  t.equal((await service.call('GET', '/api/users/me/notification-preferences', as('ayse'))).body['locale'], 'en')
})

t.test('an answer that is not expected is one line that names the call and the code', async (t) => {
  const service = await startService(t, { listen: true, env: { ORDERS: 'signed', RECONCILE_PER_MINUTE: '0' } })
  await t.rejects(fillShop(makeServiceClient({ url: service.url(), tokenOf })), { message: /^POST \/api\/payments\/process answers 4\d\d order_token_required$/ })
})
