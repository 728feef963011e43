import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeUnsubscribeTokens } from '#adapters/tokens/unsubscribe-tokens.js'
import { OPTIONAL_KINDS } from '#domain/notifications/notification.js'
import { deadAt, notification, sentAt } from '../../../contracts/notification-store.contract.js'
import { at } from '../../../contracts/fixtures.js'
import { adminToken, as, startService } from '../../../support/service.js'

const PREFERENCES = '/api/users/me/notification-preferences'
const HISTORY = '/api/users/me/notifications'
const DEAD = '/api/admin/notifications/dead'
const SECRET = 'a secret of unsubscribe links, long enough'
const tokens = makeUnsubscribeTokens(SECRET)
const env = { UNSUBSCRIBE_SECRET: SECRET }
const kinds = Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, { email: true, sms: false }]))

t.test('preferences are the default ones until the user replaces them', async (t) => {
  const { call } = await startService(t, { env: { DEFAULT_TIME_ZONE: 'Europe/Berlin' } })
  t.same((await call('GET', PREFERENCES, as('ada'))).body, { kinds, timeZone: 'Europe/Berlin' })
  const chosen = { kinds: { ...kinds, message_received: { email: false, sms: true } }, quietHours: { from: '22:00', to: '08:00' }, timeZone: 'Asia/Tokyo', locale: 'en' }
  t.match(await call('PUT', PREFERENCES, as('ada'), chosen), { status: 200, body: chosen })
  t.same((await call('GET', PREFERENCES, as('ada'))).body, chosen)
  t.same((await call('GET', PREFERENCES, as('bora'))).body, { kinds, timeZone: 'Europe/Berlin' })
  t.same((await call('PUT', PREFERENCES, as('ada'), { kinds, timeZone: 'UTC' })).body, { kinds, timeZone: 'UTC' })
})

t.test('preferences keep the addresses that the issuer of a token vouches for, and show none', async (t) => {
  const store = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores: store } })
  const put = async (claims: Record<string, unknown>) => {
    const answer = await call('PUT', PREFERENCES, as('ada', claims), { kinds, timeZone: 'UTC' })
    t.same(answer.body, { kinds, timeZone: 'UTC' })
    return (await store.notificationPreferences.find('ada'))?.contact
  }
  t.same(await put({ email: 'ada@example.com', phone_number: '0532 123 45 67', phone_number_verified: true }), { email: 'ada@example.com', phone: '+905321234567' })
  t.same(await put({ email: 'ada@example.com', email_verified: false, phone_number: '+905321234567' }), { email: null, phone: null })
  t.same(await put({ email: 7, phone_number: 'ara', phone_number_verified: true }), { email: null, phone: null })
  t.same(await put({ email: 'ada@example.com', email_verified: true, phone_number: 5, phone_number_verified: true }), { email: 'ada@example.com', phone: null })
  t.notMatch((await call('GET', PREFERENCES, as('ada'))).text, /contact|example\.com/)
})

t.test('unknown time zones and kinds that are missing or not optional are refused', async (t) => {
  const { call } = await startService(t)
  t.match(await call('PUT', PREFERENCES, as('ada'), { kinds, timeZone: 'Europe/Ankara' }), { status: 422, body: { code: 'unknown_time_zone' } })
  const { message_received: left, ...rest } = kinds
  for (const wrong of [rest, { ...kinds, password_reset: { email: false, sms: false } }, { ...kinds, message_received: { email: true } }]) {
    t.match(await call('PUT', PREFERENCES, as('ada'), { kinds: wrong, timeZone: 'UTC' }), { status: 400, body: { code: 'validation_failed' } })
  }
})

t.test('preferences of a client that does not know the kinds about shipments leave these as they were', async (t) => {
  const { call } = await startService(t)
  const known = Object.fromEntries(Object.entries(kinds).filter(([kind]) => !/shipment|ship$/.test(kind)))
  t.same((await call('PUT', PREFERENCES, as('ada'), { kinds: known, timeZone: 'UTC' })).body, { kinds, timeZone: 'UTC' })
  const chosen = { ...kinds, shipment_shipped: { email: false, sms: true } }
  await call('PUT', PREFERENCES, as('ada'), { kinds: chosen, timeZone: 'UTC' })
  t.same((await call('PUT', PREFERENCES, as('ada'), { kinds: known, timeZone: 'UTC' })).body, { kinds: chosen, timeZone: 'UTC' })
})

t.test('the history shows the notifications of the user alone, newest first, without address or link', async (t) => {
  const store = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores: store } })
  const sealed = { to: 'ada@example.com', locale: 'tr', link: 'https://shop.example/reset#secret' } as const
  for (const [index, userId] of ['ada', 'ada', 'ada', 'bora'].entries()) await store.notifications.insert(notification(`ntf_${index}`, { userId, createdAt: at(index), sealed }))
  await store.notifications.replace(sentAt(notification('ntf_1', { userId: 'ada', createdAt: at(1) })))
  const first = await call('GET', `${HISTORY}?limit=2`, as('ada'))
  t.match(first.body.items.map(({ notificationId, state }) => [notificationId, state]), [['ntf_2', 'waiting'], ['ntf_1', 'sent']])
  t.match(first.body.items[1], { kind: 'payment_succeeded', subjectId: 'pay_1', amount: 100, currency: 'TRY', deliveries: [{ channel: 'email', state: 'sent', reason: null, at: at(1) }] })
  t.notMatch(first.text, /secret|example/)
  const rest = await call('GET', `${HISTORY}?limit=2&cursor=${String(first.body.nextCursor)}`, as('ada'))
  t.match(rest.body, { items: [{ notificationId: 'ntf_0' }], nextCursor: null })
  t.equal(rest.body.items.length, 1)
})

t.test('dead notifications are listed with their reason until they are retried, and only they can be retried', async (t) => {
  const store = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores: store } })
  for (const id of ['ntf_1', 'ntf_2']) {
    const { stored } = await store.notifications.insert(notification(id, { createdAt: at(Number(id.slice(-1))) }))
    await store.notifications.replace(deadAt(stored))
  }
  t.match((await call('GET', DEAD, adminToken)).body.items, [{ notificationId: 'ntf_2', state: 'dead', reason: 'email: why' }, { notificationId: 'ntf_1' }])
  t.match(await call('POST', `${DEAD}/ntf_2/retry`, adminToken), { status: 200, body: { state: 'waiting', deliveries: [] } })
  t.match((await call('GET', DEAD, adminToken)).body.items.map(({ notificationId }) => notificationId), ['ntf_1'])
  for (const id of ['ntf_2', 'ntf_3']) t.match(await call('POST', `${DEAD}/${id}/retry`, adminToken), { status: 404, body: { code: 'not_found' } }, id)
  const answers = await Promise.all([1, 2].map(async () => await call('POST', `${DEAD}/ntf_1/retry`, adminToken)))
  t.same(answers.map(({ status }) => status).sort(), [200, 404])
})

t.test('two retries at once revive a dead notification once', async (t) => {
  const store = memoryStores()
  const { notifications } = store
  await notifications.insert(notification('ntf_1'))
  await notifications.replace(deadAt(notification('ntf_1')))
  const stale = await notifications.find('ntf_1')
  const { call } = await startService(t, { replacements: { openedStores: { ...store, notifications: { ...bound(notifications), find: async () => stale } } } })
  t.same([(await call('POST', `${DEAD}/ntf_1/retry`, adminToken)).status, (await call('POST', `${DEAD}/ntf_1/retry`, adminToken)).status], [200, 404])
})

function bound (store: ReturnType<typeof memoryStores>['notifications']): typeof store {
  return { insert: async (one) => await store.insert(one), find: async (id) => await store.find(id), replace: async (next) => await store.replace(next), replaceAll: async (nexts) => await store.replaceAll(nexts), due: async (...args) => await store.due(...args), listOfUser: async (...args) => await store.listOfUser(...args), listDead: async (page) => await store.listDead(page), countDead: async (max) => await store.countDead(max) }
}

t.test('the link of an e-mail ends that kind of e-mail by one click, without signing in, and nothing else', async (t) => {
  const { call } = await startService(t, { env })
  await call('PUT', PREFERENCES, as('ada'), { kinds: { ...kinds, payment_failed: { email: true, sms: true } }, timeZone: 'Asia/Tokyo', quietHours: { from: '22:00', to: '08:00' } })
  const before = (await call('GET', PREFERENCES, as('ada'))).body
  const url = `/unsubscribe/${tokens.make({ userId: 'ada', kind: 'payment_failed' })}`
  const page = await call('GET', url)
  t.match(page, { status: 200, text: /<form method="post"><button>Stop/, headers: { 'content-security-policy': /default-src 'none'; .*form-action 'self'/, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' } })
  t.match(await call('GET', url, { 'accept-language': 'tr' }), { status: 200, text: /<html lang="tr">.*<button>E-postaları durdur/s })
  t.same((await call('GET', PREFERENCES, as('ada'))).body, before, 'reading the page ends nothing')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  t.match(await call('POST', url, form, undefined, 'List-Unsubscribe=One-Click'), { status: 200, text: /no more mails of this kind/ })
  const ended = { ...before, kinds: { ...before['kinds'] as object, payment_failed: { email: false, sms: true } } }
  t.same((await call('GET', PREFERENCES, as('ada'))).body, ended)
  for (const headers of [{ 'content-type': 'multipart/form-data; boundary=x' }, { 'content-type': 'application/json' }, {}]) t.equal((await call('POST', url, headers, undefined, 'x')).status, 200)
  t.equal((await call('POST', url)).status, 200, 'with no body at all')
  t.same((await call('GET', PREFERENCES, as('ada'))).body, ended)
  await call('POST', `/unsubscribe/${tokens.make({ userId: 'new', kind: 'message_received' })}`)
  t.same((await call('GET', PREFERENCES, as('new'))).body['kinds'], { ...kinds, message_received: { email: false, sms: false } }, 'also for a user without preferences')
})

t.test('a forged or changed link ends nothing', async (t) => {
  const { call } = await startService(t, { env })
  const token = tokens.make({ userId: 'ada', kind: 'payment_failed' })
  const [content = '', mac = ''] = token.split('.')
  const other = makeUnsubscribeTokens('another secret, which is long enough as well')
  const foreign = Buffer.from('payment_failed bora').toString('base64url')
  for (const wrong of [content, `${content}.`, `.${mac}`, `${foreign}.${mac}`, `${token}x`, token.slice(0, -1), `${content}.${mac.split('').reverse().join('')}`, other.make({ userId: 'ada', kind: 'payment_failed' }), 'x'.repeat(250), 'x'.repeat(2000), '%E0%A4%A', `${token}/x`]) {
    for (const method of ['GET', 'POST']) t.match(await call(method, `/unsubscribe/${wrong}`), { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' }, text: /This link is not complete/ }, wrong)
  }
  t.match(await call('GET', `/unsubscribe/${content}`, { 'accept-language': 'tr' }), { status: 404, text: /<html lang="tr">.*<p role="status">Bu bağlantı eksik/s, headers: { 'content-security-policy': /default-src 'none'/, 'cache-control': 'no-store' } })
  const tooLarge = await call('POST', `/unsubscribe/${token}`, {}, undefined, 'x'.repeat(2000))
  t.match(tooLarge, { status: 413, headers: { 'content-type': 'text/html; charset=utf-8' }, text: /That did not work\. Please try again/ })
  t.notMatch(tooLarge.text, /payload|413/, 'a page does not show the problem')
  const urgent = tokens.make({ userId: 'ada', kind: 'password_reset' as 'payment_failed' })
  t.equal((await call('POST', `/unsubscribe/${urgent}`)).status, 404, 'notifications about the safety of an account cannot be ended')
  t.same((await call('GET', PREFERENCES, as('ada'))).body['kinds'], kinds)
  const longest = `/unsubscribe/${tokens.make({ userId: 'a'.repeat(128), kind: 'payment_action_required' })}`
  t.equal((await call('POST', longest)).status, 200, 'the longest user id has a link too')
})
