/** Values that a newer version of the service wrote: this one passes them on, and its document allows them. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import t, { type Test } from 'tap'
import { buildSerializer } from '#adapters/http/shared/compilers.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { decided } from '#domain/payments/decision.js'
import { LATER_DISPUTE_FIELDS, LATER_REFUND_FIELDS } from '#domain/payments/later-fields.js'
import type { Payment } from '#domain/payments/payment.js'
import { at, message, payment, webhookEvent } from '../../../contracts/fixtures.js'
import { deadAt, notification } from '../../../contracts/notification-store.contract.js'
import { user } from '../../../contracts/user-store.contract.js'
import { WITH_ACCOUNTS } from '../../../support/accounts.js'
import type { Schema } from '../../../support/contract.js'
import { readCsv } from '../../../support/csv.js'
import { fieldsOf, replaced, valueAt } from '../../../support/fields.js'
import { adminToken, as, key, startService, type Headers } from '../../../support/service.js'

const NEWER = 'of_a_newer_version'

/** Lists with a closed set of values in an answer: what a client sent, and the answer repeats; and a part of bodies. */
const REPEATED = new Set(['NotificationPreferences', 'PaymentStats', 'RoomSettingsBody'])

t.test('the document lists the known values of every answer, and closes no list', async (t) => {
  const { contract: { document, schemas } } = await startService(t)
  const bodies = new Set(Object.values(document.paths).flatMap((operations) => Object.values(operations)).map(({ requestBody }) => requestBody?.content['application/json']?.schema.$ref.split('/').at(-1)))
  const answers = Object.entries(schemas).filter(([name]) => !bodies.has(name) && !REPEATED.has(name))
  t.same(answers.filter(([, schema]) => fieldsOf(schema).some(({ schema: field }) => (field.enum ?? []).length > 1)).map(([name]) => name), [])
  const lists = answers.flatMap(([, schema]) => fieldsOf(schema)).map(({ schema }) => schema).filter((schema) => 'x-extensible-enum' in schema)
  t.ok(lists.length >= 15)
  for (const { description, ...schema } of lists) {
    for (const value of schema['x-extensible-enum'] ?? []) t.match(description, `\`${value}\``)
    t.match(description, /More may be added: \w/, 'and says what clients do with others')
  }
})

t.test('the serializer keeps an unknown value at every place', async (t) => {
  const { app, contract: { schemas } } = await startService(t)
  const own = app.getSchemas()
  const compile = buildSerializer(own, {})
  const planted = (schema: Schema, example: unknown): unknown => fieldsOf(schema)
    .filter(({ path, schema: field }) => 'x-extensible-enum' in field && valueAt(example, path) !== undefined)
    .reduce((body: unknown, { path }) => replaced(body, path, NEWER), example)
  let count = 0
  for (const [name, schema] of Object.entries(schemas).filter(([name]) => name in own)) {
    const body = planted(schema, schema.examples?.[0])
    const serialize = compile({ schema: { $ref: `${name}#` }, method: 'GET', url: '/', httpStatus: '200' })
    t.same(JSON.parse(serialize(body)), body, name)
    count += JSON.stringify(body).split(NEWER).length - 1
  }
  t.ok(count >= 15, `${count} values`)
})

/** The document tells the next actions of a payment apart by their types, so it allows no type that it does not list. */
function withoutNewerAction (body: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(body), (_name, value: unknown) => (value as { type?: unknown } | null)?.type === NEWER ? null : value) as Record<string, unknown>
}

/** A service whose stores hold values of a newer version, and a reader of its answers that holds them to the document, which allows other values than it lists. */
async function start (t: Test) {
  const stores = memoryStores()
  const { app, contract } = await startService(t, { ...WITH_ACCOUNTS, replacements: { ...WITH_ACCOUNTS.replacements, openedStores: stores } })
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false, meta: false })
  ajv.addSchema(contract.document, 'openapi')

  async function read (url: string, schema: string, headers: Headers = adminToken, method: 'GET' | 'POST' = 'GET', payload?: object): Promise<Record<string, unknown>> {
    const response = await app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
    t.equal(response.statusCode, 200, response.payload)
    const body = response.json<Record<string, unknown>>()
    t.ok(ajv.validate({ $ref: `openapi#/components/schemas/${schema}` }, withoutNewerAction(body)), `${url}: ${ajv.errorsText()}`)
    return body
  }
  return { ...stores, app, read }
}

const newer = (before: Payment) => decided(before, {
  ...before,
  status: NEWER,
  flags: [NEWER],
  refunds: [{ refundId: 're_1', amount: 1, status: NEWER, reason: null, createdAt: at(0), key: 'k', fingerprint: 'f', lease: null, followUp: null, ...LATER_REFUND_FIELDS }],
  disputes: [{ disputeId: 'dp_1', amount: 1, status: NEWER, ...LATER_DISPUTE_FIELDS }],
  nextAction: { type: NEWER, url: 'https://pay.example' },
} as unknown as Payment, at(1), [])

const SHOWN = { status: NEWER, flags: [NEWER], refunds: [{ status: NEWER }], disputes: [{ status: NEWER }], nextAction: { type: NEWER } }

t.test('a payment with a status, flags and refunds of a newer version is shown everywhere', async (t) => {
  const { app, payments, read } = await start(t)
  await payments.insert(payment('pay_1', { userId: 'ayse' }))
  await payments.update('pay_1', newer)
  const ayse = as('ayse')
  t.match(await read('/api/payments/pay_1', 'Payment', ayse), SHOWN)
  t.match(await read('/api/payments', 'PaymentList', ayse), { items: [SHOWN] })
  t.match(await read('/api/admin/payments', 'PaymentList'), { items: [SHOWN] })
  const file = async (format: string) => (await app.inject({ url: `/api/admin/export?type=payments&format=${format}`, headers: adminToken })).payload
  t.match(JSON.parse(String((await file('ndjson')).split('\n')[0])), SHOWN)
  t.ok(readCsv(await file('csv'))[1]?.includes(NEWER))
  t.match((await app.inject({ url: '/api/payments/pay_1/return' })).payload, /The payment is being processed/)
})

t.test('a payment within another answer is shown with a status of a newer version', async (t) => {
  const { app, payments, read } = await start(t)
  const request = { email: 'mehmet@example.com', minutes: 5, amount: 100, currency: 'TRY' }
  const headers = { ...adminToken, ...key('k-1') }
  const first = await app.inject({ method: 'POST', url: '/api/admin/streamers/add', headers, payload: request })
  await payments.update(first.json<{ payment: { paymentId: string } }>().payment.paymentId, newer)
  t.match(await read('/api/admin/streamers/add', 'AddedStreamer', headers, 'POST', request), { payment: SHOWN })
})

t.test('messages, notifications, webhook events and users of a newer version are shown', async (t) => {
  const { messages, notifications, webhookEvents, users, read } = await start(t)
  const changed = <T extends object>(row: T, fields: object): T => ({ ...row, ...fields })
  await messages.insert(changed(message('msg_1'), { status: NEWER }))
  const fresh = changed(notification('ntf_1'), { kind: NEWER })
  await notifications.insert(fresh)
  await notifications.replace(changed(deadAt(fresh), { state: NEWER, deliveries: { sms: { state: NEWER, reason: null, at: at(1) }, [NEWER]: { state: 'sent', reason: null, at: at(1) } } }))
  await webhookEvents.insert(changed(webhookEvent('simulator#evt_1', { dueAt: null }), { state: NEWER, reason: NEWER }))
  await users.insert(changed(user('ada'), { role: NEWER, status: NEWER, locale: NEWER }))
  const { senderId } = message('msg_1')
  const { userId } = notification('ntf_1')
  t.match(await read('/api/messages', 'MessageList', as(senderId)), { items: [{ status: NEWER }] })
  t.match(await read('/api/users/me/notifications', 'NotificationList', as(userId)), {
    items: [{ kind: NEWER, state: NEWER, deliveries: [{ channel: NEWER, state: 'sent' }, { channel: 'sms', state: NEWER }] }],
  })
  t.match(await read('/api/admin/webhook-events', 'WebhookEventList'), { items: [{ state: NEWER, reason: NEWER }] })
  t.match(await read('/api/admin/users', 'UserList'), { items: [{ role: NEWER, status: NEWER, locale: NEWER }] })
})
