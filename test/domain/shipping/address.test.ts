import t from 'tap'
import { resolvedAddress } from '#domain/shipping/address.js'

const DRAFT = { contactName: 'Ayşe', phone: '+905321234567', line1: 'Sokak 1', district: 'KONAK', city: 'izmir', country: 'TR' }

t.test('an address in Türkiye has its province and district as carriers know them', async (t) => {
  t.same(resolvedAddress(DRAFT), { ...DRAFT, district: 'Konak', city: 'İzmir', cityCode: '35' })
  t.same(resolvedAddress({ ...DRAFT, district: 'Kadikoy', city: 'ISTANBUL' }), { ...DRAFT, district: 'Kadıköy', city: 'İstanbul', cityCode: '34' })
})

t.test('a place that is not known is refused with those that may be meant, and with nothing that was sent', async (t) => {
  t.throws(() => resolvedAddress({ ...DRAFT, city: 'İzmirr' }), { code: 'address_unresolved', message: 'city is no province of Türkiye. It may be: İzmir, Isparta, İstanbul, Iğdır' })
  t.throws(() => resolvedAddress({ ...DRAFT, district: 'Konaklar' }), { code: 'address_unresolved', message: /^district is no district of this province\. It may be: Konak, / })
  t.throws(() => resolvedAddress({ ...DRAFT, city: '東京' }), { code: 'address_unresolved', message: 'city is no province of Türkiye' })
})

t.test('places of other countries stay as they were written', async (t) => {
  t.same(resolvedAddress({ ...DRAFT, city: 'Berlin', district: 'Mitte', country: 'DE' }), { ...DRAFT, city: 'Berlin', district: 'Mitte', country: 'DE', cityCode: null })
})
