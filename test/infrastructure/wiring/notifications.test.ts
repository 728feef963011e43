import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { makeLogger } from '#infrastructure/runtime/logger.js'
import { makeNotificationObserver, makeNotificationSenders } from '#infrastructure/wiring/notifications.js'
import { deadAt, notification, sentAt } from '../../contracts/notification-store.contract.js'
import { CHEAP, PASSWORD } from '../../support/accounts.js'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import { startMailServer } from '../../support/mail-server.js'
import { startProviderServer } from '../../support/provider-server.js'
import { as, ENV, key, startService, type TestService, verifyTestToken } from '../../support/service.js'

const HISTORY = '/api/users/me/notifications'
const buyer = {
  name: 'Ada', surname: 'Yılmaz', email: 'ada@example.com', phone: '+905551234567', identityNumber: '11111111110', address: 'Sokak 1', city: 'İzmir', country: 'Türkiye', zipCode: '35000',
}

async function pay ({ call }: TestService): Promise<string> {
  const { body } = await call('POST', '/api/payments/process', { ...as('ada'), ...key('k') }, { amount: 24_990, currency: 'TRY', orderId: 'order-7', buyer, paymentMethod: { token: 'tok_ok' } })
  return body.paymentId
}

async function until (condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!await condition()) await new Promise(setImmediate)
}

t.test('a payment leads to a mail, its link ends such mails, and no log has an address', async (t) => {
  const { port, mails } = await startMailServer(t)
  const service = await startService(t, { listen: true, env: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'BasVideo <no-reply@shop.example>' } })
  const paymentId = await pay(service)
  await until(() => mails.length > 0)
  const [{ mail, recipients } = { mail: null, recipients: [] }] = mails
  t.same(recipients, ['ada@example.com'])
  t.match(mail?.text, new RegExp(`order-7 numaralı sipariş için ₺249,90 tutarındaki ödemeniz alındı[^]*Ödeme: ${paymentId}`))
  await until(async () => (await service.call('GET', HISTORY, as('ada'))).body.items[0]?.['state'] === 'sent')
  const link = new URL(String(/<(http[^>]+\/unsubscribe\/[^>]+)>/.exec(String(mail?.headerLines.find(({ key }) => key === 'list-unsubscribe')?.line.replace(/\s+/g, '')))?.[1]))
  t.equal((await fetch(link, { method: 'POST', body: new URLSearchParams('List-Unsubscribe=One-Click') })).status, 200)
  t.match((await service.call('GET', '/api/users/me/notification-preferences', as('ada'))).body, { kinds: { payment_succeeded: { email: false }, payment_failed: { email: true } } })
  t.notMatch(service.logs.join(''), /ada@example|numaralı/)
  t.same((await service.call('GET', '/dev/outbox')).body.items, [])
  for (const host of ['evil.example', 'localhost.evil.example:4000', '192.168.1.7:4000']) {
    t.match(await service.call('GET', '/dev/outbox', { host }), { status: 403, body: { code: 'forbidden' } }, 'a name of another site that leads here')
  }
  t.match(await service.call('GET', '/dev/outbox', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }, undefined, undefined, '192.168.1.7'), { status: 403 }, 'another machine that says so')
  t.equal((await service.call('GET', '/dev/outbox', { host: 'localhost' }, undefined, undefined, '::ffff:127.0.0.1')).status, 200)
})

t.test('without a mail server, development keeps mails in an outbox, and the log has their ids alone', async (t) => {
  const service = await startService(t, {
    listen: true, env: { AUTH_MODE: 'local', PUBLIC_URL: 'https://shop.example' }, replacements: { verifyToken: verifyTestToken, passwords: makeScryptPasswords({ cost: CHEAP }) },
  })
  const kept = async () => (await service.call('GET', '/dev/outbox')).body.items
  t.same(await kept(), [])
  await service.call('POST', '/api/auth/register', {}, { email: 'ada@example.com', password: PASSWORD, name: 'Ada', locale: 'en' })
  await until(async () => (await kept()).length > 0)
  const [mail] = await kept()
  t.match(mail, { channel: 'email', to: 'ada@example.com', locale: 'en', subject: 'Confirm your e-mail address', text: /Confirm the address: https:\/\/shop\.example\//, unsubscribeUrl: null })
  const line = service.logs.find((text) => text.includes('is in /dev/outbox'))
  t.match(JSON.parse(String(line)), { channel: 'email', notificationId: mail?.['notificationId'] })
  t.notMatch(service.logs.join(''), /ada@example|token=/)
})

t.test('production has no outbox of development', async (t) => {
  const production = {
    NODE_ENV: 'production', ALLOW_MEMORY: 'true', ALLOW_SIMULATOR: 'true', ORDERS: 'open', ADMIN_TOKEN: 'a token of tests that no one can guess', UNSUBSCRIBE_SECRET: '',
  }
  const { call } = await startService(t, { env: production })
  t.match(await call('GET', '/dev/outbox'), { status: 404, body: { code: 'route_not_found' } })
  const { notifications } = loadConfig({ ...ENV, ...production }, () => 'generated'.repeat(5))
  t.same(makeNotificationSenders(notifications, null), { email: null, sms: null })
})

t.test('SMS are sent by the configured provider', async (t) => {
  const server = await startProviderServer(t, ({ path }) => path.startsWith('/2010') ? { status: 201, body: {} } : { body: { code: '00' } })
  for (const env of [
    { SMS_PROVIDER: 'netgsm', NETGSM_USERCODE: 'u', NETGSM_PASSWORD: 'p', NETGSM_HEADER: 'BASVIDEO' },
    { SMS_PROVIDER: 'twilio', TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'p', TWILIO_FROM: 'MG1' },
  ]) {
    const { notifications } = loadConfig({ ...ENV, ...env, SMS_URL: server.url }, () => 'x'.repeat(32))
    t.match(await (await startService(t, { env: { ...env, SMS_URL: server.url } })).call('GET', '/api/health'), { status: 200 })
    t.same(await makeNotificationSenders({ ...notifications }, null).sms?.({ notificationId: 'ntf_1', to: '+905551234567', text: 'merhaba', segments: 1 }), { kind: 'sent' })
  }
  t.same(server.requests.map(({ path }) => path), ['/sms/rest/v2/send', '/2010-04-01/Accounts/AC1/Messages.json'])
})

t.test('notifications are counted by state, and dead ones are logged by their ids', async (t) => {
  const metrics = makeMetrics()
  const lines: string[] = []
  const observe = makeNotificationObserver({ metrics, logger: makeLogger({ level: 'info', secrets: [], write: (line) => { lines.push(line) } }) })
  for (const end of [sentAt, sentAt, deadAt]) observe(end(notification('ntf_1')))
  const { body } = await metrics.render()
  t.match(body, /basvideo_notifications_total\{kind="payment_succeeded",state="sent"\} 2/)
  t.match(body, /basvideo_notifications_total\{kind="payment_succeeded",state="dead"\} 1/)
  t.match(lines.map((line) => JSON.parse(line) as object), [{ level: 50, notificationId: 'ntf_1', kind: 'payment_succeeded', reason: 'email: why' }])
  t.equal(lines.length, 1)
})

t.test('the outbox of development keeps the newest hundred messages of both channels', async (t) => {
  const { makeDevOutbox } = await import('#adapters/dev-outbox/dev-outbox.js')
  const taken: string[] = []
  const { senders, pages } = makeDevOutbox((channel, id) => { taken.push(`${channel} ${id}`) })
  for (let index = 0; index < 105; index++) t.same(await senders.sms({ notificationId: `ntf_${index}`, to: '+905551234567', text: 'x', segments: 1 }), { kind: 'sent' })
  const { default: Fastify } = await import('fastify')
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(pages)
  const { items } = (await app.inject('/dev/outbox')).json<{ items: Array<{ notificationId: string }> }>()
  t.equal(items.length, 100)
  t.match([items[0], items[99]], [{ channel: 'sms', notificationId: 'ntf_104' }, { notificationId: 'ntf_5' }])
  t.equal(taken[104], 'sms ntf_104')
})

t.test('an account notification is stored once for its key, for the account of its address if there is one', async (t) => {
  const { makeNotifier } = await import('#application/notifications/notifier.js')
  const { identity } = await import('#adapters/system/system.js')
  const { notifying } = await import('../../support/notifying.js')
  const stores = memoryStores()
  const world = notifying({}, stores)
  const notifier = makeNotifier({ ...stores, identity, clock: world.time.clock })
  await world.account('ada')
  const notification = { kind: 'password_reset', to: 'ada@example.com', locale: 'en', data: { link: 'https://shop.example/reset?token=t' }, dedupeKey: 'k' } as const
  for (let count = 0; count < 3; count++) await notifier.enqueue(notification)
  await notifier.enqueue({ kind: 'password_changed', to: 'ada@example.com', locale: 'en', data: {}, dedupeKey: 'k' })
  await notifier.enqueue({ kind: 'account_exists', to: 'nobody@example.com', locale: 'tr', data: {}, dedupeKey: 'k2' })
  t.match((await world.history('ada')).map(({ kind }) => kind).sort(), ['password_changed', 'password_reset'])
  const minutes = (await world.history('ada')).map(({ kind, createdAt, validUntil }) => [kind, (Date.parse(String(validUntil)) - Date.parse(createdAt)) / 60_000])
  t.same(Object.fromEntries(minutes), { password_reset: 30, password_changed: 24 * 60 }, 'no longer than the link is good')
  await world.deliver()
  t.match(world.email.taken.map(({ to }) => to).sort(), ['ada@example.com', 'ada@example.com', 'nobody@example.com'])
  t.match((await world.history('ada')).map(({ sealed, state }) => [sealed, state]), [[null, 'sent'], [null, 'sent']])
})
