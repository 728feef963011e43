import t from 'tap'
import { OPTIONAL_KINDS } from '#domain/notifications/notification.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { adminUser, as, key, startService } from '../../../support/service.js'

const PATH = '/api/sellers/me/shipping-address'
const ADDRESS = { contactName: 'Mehmet Demir', phone: '0532 123 45 67', line1: 'Moda Caddesi 7', district: 'kadikoy', city: 'ISTANBUL', country: 'TR' }
const KEPT = { ...ADDRESS, phone: '+905321234567', district: 'Kadıköy', city: 'İstanbul', cityCode: '34' }

t.test('a seller sets the address from which they ship, and no one else sees it', async (t) => {
  const { call, logs } = await startService(t)
  t.match(await call('GET', PATH, as('mehmet')), { status: 404, body: { code: 'not_found' } })
  const set = await call('PUT', PATH, as('mehmet'), ADDRESS)
  t.equal(set.status, 200)
  t.same(set.body, KEPT)
  t.same((await call('GET', PATH, as('mehmet'))).body, KEPT)
  t.match(await call('GET', PATH, as('ayse')), { status: 404 })
  const other = { ...ADDRESS, company: 'Demir', email: 'mehmet@example.com', line2: 'Kat 2', zipCode: '34710' }
  t.same((await call('PUT', PATH, as('mehmet'), other)).body, { ...KEPT, company: 'Demir', email: 'mehmet@example.com', line2: 'Kat 2', zipCode: '34710' })
  t.notMatch(logs.join(''), /905321234567|Moda/)
})

t.test('a place that is not known, a number that is none and a country in words change nothing', async (t) => {
  const { call } = await startService(t)
  await call('PUT', PATH, as('mehmet'), ADDRESS)
  t.match(await call('PUT', PATH, as('mehmet'), { ...ADDRESS, district: 'Kadıköyy' }), { status: 422, body: { code: 'address_unresolved', detail: /perhaps: Kadıköy/ } })
  for (const wrong of [{ phone: '12' }, { country: 'Türkiye' }, { city: '' }]) t.match(await call('PUT', PATH, as('mehmet'), { ...ADDRESS, ...wrong }), { status: 400, body: { code: 'validation_failed' } })
  t.same((await call('GET', PATH, as('mehmet'))).body, KEPT)
})

t.test('a parcel starts at the address of its seller; where the payment names no seller, the request says where', async (t) => {
  const { call } = await startService(t)
  await call('PUT', PATH, as('mehmet'), ADDRESS)
  const label = { parcels: [{ lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }], recipient: { ...ADDRESS, contactName: 'Cem Kaya' } }
  const ship = async (orderId: string, payment: object, request: object): Promise<object> => {
    const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...as('ayse'), ...key(orderId) }, { amount: 12_500, currency: 'TRY', orderId, paymentMethod: { token: 'tok_ok' }, ...payment })
    return await call('POST', `/api/payments/${String(paymentId)}/shipments`, { ...adminUser, ...key('ship') }, request)
  }
  t.match(await ship('order-1', { sellerId: 'mehmet' }, label), { status: 201, body: { sellerId: 'mehmet' } })
  t.match(await ship('order-2', {}, label), { status: 422, body: { code: 'address_unresolved', detail: /send `sender`/ } })
  t.match(await ship('order-3', {}, { ...label, sender: ADDRESS }), { status: 201, body: { sellerId: null } })
})

t.test('the address stays when preferences change, they stay when it does, and the person takes it along', async (t) => {
  const openedStores = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores } })
  const preferences = { kinds: Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, { email: false, sms: false }])), timeZone: 'UTC' }
  await call('PUT', PATH, as('mehmet'), ADDRESS)
  t.same((await call('PUT', '/api/users/me/notification-preferences', as('mehmet'), preferences)).body, preferences)
  t.same((await call('PUT', PATH, as('mehmet'), { ...ADDRESS, line1: 'Sokak 2' })).body, { ...KEPT, line1: 'Sokak 2' })
  t.same((await call('GET', '/api/users/me/notification-preferences', as('mehmet'))).body, preferences)
  const file = await call('GET', '/api/users/me/export', as('mehmet'))
  t.match(file.text, '"senderAddress":{"contactName":"Mehmet Demir"')
})
