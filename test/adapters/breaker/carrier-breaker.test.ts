import { mock } from 'node:test'
import t from 'tap'
import { withCarrierBreaker } from '#adapters/breaker/carrier-breaker.js'
import type { CreateAnswer, ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { START } from '../../support/builders.js'
import { aShipment, aShipmentRequest } from '../../support/carriers/builders.js'

t.beforeEach(() => { mock.timers.enable({ apis: ['Date'] }) })
t.afterEach(() => { mock.timers.reset() })

/** A carrier that answers each call with its name, and a step with what comes next. */
function scripted (answers: CreateAnswer[]): ShippingCarrier {
  const unknown = (reason: string) => ({ kind: 'unknown', reason }) as const
  return {
    carrier: 'scripted',
    capabilities: { quote: true, cancel: 'none', returns: false, webhook: 'signed', countries: null, labelFormats: ['pdf'], desiDivisorCm3: 3000 },
    signatureHeader: 'x-scripted',
    check: () => {},
    quote: async () => unknown('quote'),
    create: async () => answers.shift() ?? unknown('create'),
    find: async () => unknown('find'),
    label: async () => unknown('label'),
    track: async () => unknown('track'),
    cancel: async () => unknown('cancel'),
    verifyWebhook: () => ({ eventId: 'evt', type: 'x', carrierKey: null, carrierReference: null, trackingNumber: null, news: null }),
  }
}

async function outAfter (...answers: CreateAnswer[]): Promise<number | null | undefined> {
  const carrier = withCarrierBreaker(scripted([...answers]))
  for (const answer of answers) t.same(await carrier.create(aShipmentRequest(), null), answer, 'what it answers passes through')
  return carrier.outageS?.()
}

const times = (count: number, answer: CreateAnswer): CreateAnswer[] => Array.from({ length: count }, () => answer)

t.test('a carrier is out when most of its steps have an unknown outcome, or it does not take our key', async (t) => {
  t.equal(await outAfter(...times(9, { kind: 'unknown', reason: 'silent' })), null)
  t.equal(await outAfter(...times(10, { kind: 'unknown', reason: 'silent' })), 30)
  t.equal(await outAfter(...times(10, { kind: 'refused', about: 'access', code: '401' })), 30)
})

t.test('a carrier that refuses shipments, or makes steps, is not out', async (t) => {
  t.equal(await outAfter(...times(20, { kind: 'refused', failure: { code: 'no_rate', message: 'no' } })), null)
  t.equal(await outAfter(...times(20, { kind: 'refused', about: 'request', code: '422' })), null)
  t.equal(await outAfter(...times(20, { kind: 'progress', progress: 'shp_1' })), null)
})

t.test('looks do not count, and every call goes through while the carrier is out', async (t) => {
  const carrier = withCarrierBreaker(scripted([]))
  const shipment = aShipment()
  for (let call = 0; call < 20; call++) t.match(await carrier.find(shipment, START), { reason: 'find' })
  t.equal(carrier.outageS?.(), null)
  for (let call = 0; call < 10; call++) await carrier.create(aShipmentRequest(), null)
  t.equal(carrier.outageS?.(), 30)
  carrier.check(aShipmentRequest())
  for (const [name, answer] of Object.entries({
    quote: await carrier.quote(aShipmentRequest()), create: await carrier.create(aShipmentRequest(), null), label: await carrier.label(shipment, 'pdf'), track: await carrier.track(shipment), cancel: await carrier.cancel(shipment),
  })) t.match(answer, { kind: 'unknown', reason: name })
  t.match(carrier.verifyWebhook({ headers: {}, body: Buffer.from(''), now: START }), { eventId: 'evt' })
  t.equal(carrier.checkAccess, undefined)
})

t.test('a carrier with a key is still asked whether it takes it', async (t) => {
  const carrier = withCarrierBreaker({ ...scripted([]), checkAccess: async () => ({ kind: 'accepted' }) })
  t.same(await carrier.checkAccess?.(), { kind: 'accepted' })
})
