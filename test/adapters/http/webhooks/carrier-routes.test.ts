import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { DomainError } from '#domain/errors.js'
import { aParcel, aScan, shipped } from '../../../support/parcels.js'
import { adminToken, CARRIER_SECRET, startService, type Headers, type TestService } from '../../../support/service.js'
import { signedWebhook } from '../../../support/signed-webhook.js'

const URLS = ['/api/shipments/webhook', '/api/shipments/webhook/simulator'] as const
const BODY = JSON.stringify({ type: 'tracking.updated', data: { carrierKey: 'BVABCDEFGHIJKLMN0', reference: 'sim_1', trackingNumber: 'SIM1', events: [aScan('in_transit')] } })

async function start (lasting: Parameters<typeof startService>[0]) {
  const openedStores = memoryStores()
  await shipped(openedStores, aParcel({ carrier: 'simulator' }))
  return { ...await startService(lasting, { replacements: { openedStores } }), openedStores }
}

async function deliver ({ call }: Pick<TestService, 'call'>, url: string, headers: Headers = signedWebhook(BODY, { secret: CARRIER_SECRET }), body = BODY) {
  return await call('POST', url, headers, undefined, body)
}

t.test('a signed webhook of a carrier reaches its shipment once, and shows in the inbox', async (t) => {
  for (const url of URLS) {
    const service = await start(t)
    t.match(await deliver(service, url), { status: 200, body: { result: 'applied' } }, url)
    t.match(await service.openedStores.shipments.find('ship_1'), { status: 'in_transit' })
    t.match(await deliver(service, url), { status: 200, body: { result: 'duplicate' } })
    const { body } = await service.call('GET', '/api/admin/webhook-events', adminToken)
    t.match(body.items, [{ subject: 'shipment', subjectId: 'ship_1', provider: 'simulator', type: 'tracking.updated', state: 'applied', paymentId: null, providerReference: 'BVABCDEFGHIJKLMN0' }])
    t.same((await service.call('GET', '/api/admin/webhook-events?subject=shipment', adminToken)).body.items, body.items)
    t.same((await service.call('GET', '/api/admin/webhook-events?subject=payment', adminToken)).body.items, [])
    t.equal(Buffer.from(String(body.items[0]?.['eventId']), 'base64url').toString(), 'shipment:simulator#evt_1')
  }
})

t.test('a webhook that its carrier has not signed changes nothing, whatever its address says', async (t) => {
  const service = await start(t)
  for (const url of [...URLS, '/api/shipments/webhook/simulator?token=a-secret-of-another', '/api/shipments/webhook/manual?token=x']) {
    for (const headers of [{}, signedWebhook(BODY, { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` })]) {
      t.match(await deliver(service, url, headers), { status: 401, body: { code: 'invalid_webhook_signature' } }, url)
    }
  }
  t.match(await deliver(service, '/api/shipments/webhook/nobody'), { status: 422, body: { code: 'carrier_unsupported' } })
  t.match(await deliver(service, `${URLS[1]}?tokens=1`), { status: 400, body: { code: 'validation_failed' } })
  t.match(await deliver(service, URLS[0], { 'content-type': 'text/plain' }), { status: 415 })
  t.match(await service.openedStores.shipments.find('ship_1'), { status: 'created' })
  t.notMatch(service.logs.join(''), 'a-secret-of-another')
})

t.test('a webhook that cannot be stored is not acknowledged', async (t) => {
  const openedStores = memoryStores()
  const away = async () => { throw new DomainError('store_unavailable', 'away') }
  const service = await startService(t, {
    replacements: { openedStores: { ...openedStores, shipments: withMethods(openedStores.shipments, { findByCarrier: away }), webhookEvents: withMethods(openedStores.webhookEvents, { insert: away }) } },
  })
  t.match(await deliver(service, URLS[0]), { status: 503, body: { code: 'store_unavailable' } })
})
