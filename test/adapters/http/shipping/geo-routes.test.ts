import t from 'tap'
import { startService } from '../../../support/service.js'

t.test('anyone reads the provinces and their districts, and may keep them for a day', async (t) => {
  const { call } = await startService(t)
  const provinces = await call('GET', '/api/geo/provinces')
  t.match(provinces, { status: 200, headers: { 'cache-control': 'public, max-age=86400' } })
  t.equal(provinces.body.items.length, 81)
  t.same(provinces.body.items[33], { code: '34', name: 'İstanbul' })
  const districts = await call('GET', '/api/geo/provinces/77/districts')
  t.match(districts, { status: 200, headers: { 'cache-control': 'public, max-age=86400' } })
  t.same(districts.body, { code: '77', name: 'Yalova', districts: ['Altınova', 'Armutlu', 'Çınarcık', 'Çiftlikköy', 'Merkez', 'Termal'] })
})

t.test('a code that no province has is not found, and what is no code is refused', async (t) => {
  const { call } = await startService(t)
  t.match(await call('GET', '/api/geo/provinces/82/districts'), { status: 404, body: { code: 'not_found' }, headers: { 'cache-control': 'no-store' } })
  t.match(await call('GET', '/api/geo/provinces/istanbul/districts'), { status: 400, body: { code: 'validation_failed' } })
})
