import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { makeSimulatedCarrier } from '#adapters/carriers/simulator/simulated-carrier.js'
import { scenarioOf, SERVICES } from '#adapters/carriers/simulator/scenario.js'
import { signWebhook, webhookKey } from '#adapters/exchange/standard-webhooks.js'
import type { TrackingKind } from '#domain/shipping/tracking.js'
import { laterBy } from '#domain/time.js'
import { settableClock, START } from '../../../support/builders.js'
import { aShipment, PARTY } from '../../../support/shipments.js'

const SECRET = `whsec_${Buffer.from('a'.repeat(32)).toString('base64')}`
const STEP_MS = 1000

async function listen (t: Test, answer: RequestListener): Promise<{ readonly url: string }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { server.close() })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

function simulator (t: Test, { url = 'http://127.0.0.1:9', parcelsMax = 100 } = {}) {
  const time = settableClock()
  const waits: number[] = []
  const { carrier, close } = makeSimulatedCarrier({
    secrets: [SECRET], webhookUrl: () => url, clock: time.clock, onGivenUp: () => {}, delay: async (ms) => { waits.push(ms) }, limits: { stepMs: STEP_MS, triesMax: 1, parcelsMax },
  })
  t.teardown(async () => await close?.())
  const shipment = (service: string | null, carrierKey = 'BVKEY0') => aShipment({ carrier: 'simulator', service, carrierKey })
  const create = async (service: string | null, progress: string | null = 'sim_BVKEY0', carrierKey?: string) =>
    await carrier.create({ shipment: shipment(service, carrierKey), from: PARTY, to: PARTY, content: '' }, progress)
  return { carrier, time, waits, shipment, create, buy: async (service: string | null) => { await create(service, null); return await create(service) } }
}

t.test('a label is bought in two steps, once, and found by its key', async (t) => {
  const { carrier, create, shipment } = simulator(t)
  t.match(await create(null), { kind: 'unknown' }, 'a draft that it does not know')
  t.same(await create(null, null), { kind: 'progress', progress: 'sim_BVKEY0' })
  t.match(await carrier.find(shipment(null), START), { kind: 'found', progress: 'sim_BVKEY0', created: null, canceled: false })
  t.match(await carrier.track(shipment(null)), { kind: 'tracked', events: [], canceled: false }, 'a draft travels nowhere')
  const label = await create(null)
  t.match(label, { kind: 'created', carrierReference: 'sim_BVKEY0', service: 'sim_ok', trackingNumber: 'SIMBVKEY0', price: { amount: 7000, currency: 'TRY' } })
  t.same(await create(null), label)
  t.same(await create(null, null), { kind: 'progress', progress: 'sim_BVKEY0' }, 'a draft is made once')
  t.match(await carrier.find(shipment(null), START), { created: label })
  for (const ask of [carrier.find(shipment(null, 'x'), START), carrier.track(shipment(null, 'x')), carrier.cancel(shipment(null, 'x')), carrier.label(shipment(null, 'x'), 'pdf')]) t.match(await ask, { kind: 'unknown' })
})

t.test('the service says what becomes of a label', async (t) => {
  const ways: Record<string, object> = {
    sim_ok: { kind: 'created' }, sim_refused: { kind: 'refused', failure: { code: 'SIM_REFUSED' } }, sim_timeout_created: { kind: 'unknown' }, sim_timeout_not_created: { kind: 'unknown' },
    sim_error: { kind: 'unknown' }, sim_price_differs: { price: { amount: 8000 } },
  }
  for (const [service, answer] of Object.entries(ways)) {
    const { buy, carrier, shipment, create } = simulator(t)
    t.match(await buy(service), answer, service)
    const isBought = service === 'sim_ok' || service === 'sim_timeout_created' || service === 'sim_price_differs'
    const found = await carrier.find(shipment(service), START)
    t.equal(found.kind === 'found' && found.created !== null, isBought, service)
    if (service === 'sim_timeout_not_created') t.match(await create(service), { kind: 'created' }, 'the second time')
  }
  const slow = simulator(t)
  await slow.create('sim_slow', null)
  t.same(slow.waits, [3000])
  t.throws(() => slow.carrier.check({ shipment: slow.shipment('sim_none'), from: PARTY, to: PARTY, content: '' }), { code: 'carrier_unsupported' })
  t.equal(scenarioOf('toString'), null)
  t.match(await slow.carrier.quote({ shipment: slow.shipment(null), from: PARTY, to: PARTY, content: '' }), { kind: 'quotes', quotes: SERVICES.map((service) => ({ service })) })
})

t.test('a parcel travels with time, and stays where its label was canceled', async (t) => {
  const kindsAt = async (service: string, steps: number): Promise<TrackingKind[]> => {
    const { buy, carrier, time, shipment } = simulator(t)
    await buy(service)
    time.advance(steps * STEP_MS)
    const answer = await carrier.track(shipment(service))
    return answer.kind === 'tracked' ? answer.events.map(({ kind }) => kind) : []
  }
  t.same(await kindsAt('sim_ok', 0), ['registered'])
  t.same(await kindsAt('sim_ok', 9), ['registered', 'handed_over', 'in_transit', 'out_for_delivery', 'delivered'])
  t.same(await kindsAt('sim_never_scanned', 9), ['registered'])
  t.equal((await kindsAt('sim_waits_for_pickup', 9)).at(-1), 'available_for_pickup')
  t.equal((await kindsAt('sim_at_the_door', 9)).at(-1), 'out_for_delivery')
  t.equal((await kindsAt('sim_no_one_at_home', 9)).at(-1), 'delivery_failed')
  t.equal((await kindsAt('sim_on_its_way_back', 9)).at(-1), 'returning')
  t.same((await kindsAt('sim_lost_and_found', 9)).slice(2), ['lost', 'in_transit', 'delivered'])
  t.same((await kindsAt('sim_returns', 9)).slice(-2), ['returning', 'returned'])

  const { buy, carrier, time, shipment } = simulator(t)
  await buy('sim_ok')
  t.same(await carrier.cancel(shipment('sim_ok')), { kind: 'canceled' })
  time.advance(9 * STEP_MS)
  t.match(await carrier.track(shipment('sim_ok')), { events: [{ kind: 'registered' }], canceled: true })
  t.match(await carrier.find(shipment('sim_ok'), START), { canceled: true })
  const refuses = simulator(t)
  await refuses.buy('sim_cancel_refused')
  t.match(await refuses.carrier.cancel(refuses.shipment(null)), { kind: 'refused' })
  const lies = simulator(t)
  await lies.buy('sim_cancel_lies')
  t.same(await lies.carrier.cancel(lies.shipment(null)), { kind: 'canceled' })
  t.match(await lies.carrier.find(lies.shipment(null), START), { canceled: false })
})

t.test('a label is a page of PDF or the commands of a printer, and may come later', async (t) => {
  const { buy, carrier, shipment, time } = simulator(t)
  await buy('sim_label_later')
  t.same(await carrier.label(shipment(null), 'pdf'), { kind: 'later' })
  time.advance(2 * STEP_MS)
  const pdf = await carrier.label(shipment(null), 'pdf')
  t.match(pdf.kind === 'label' && Buffer.from(pdf.bytes).toString(), /^%PDF-1\.4[^]*SIM[^]*startxref\n\d+\n%%EOF\n$/)
  t.match(await carrier.label(shipment(null), 'zpl'), { type: 'application/zpl' })
})

t.test('the oldest is forgotten where many are remembered', async (t) => {
  const { create, carrier, shipment } = simulator(t, { parcelsMax: 2 })
  for (const key of ['a', 'b', 'c']) await create(null, null, key)
  t.match(await carrier.find(shipment(null, 'a'), START), { kind: 'unknown' })
  t.match(await carrier.find(shipment(null, 'b'), START), { kind: 'found' })
})

t.test('each event of a journey comes by a signed webhook, as reliably as the service says', async (t) => {
  const keys = (bodies: string[]): string[] => bodies.map((body) => String((JSON.parse(body) as { data: { carrierKey: string, events: Array<{ kind: string }> } }).data.events[0]?.kind))
  const ways: Record<string, number> = { '': 5, '+lost': 0, '+duplicate': 10, '+late': 5, '+reordered': 5, '+tampered': 5 }
  for (const [suffix, count] of Object.entries(ways)) {
    const got: Array<{ readonly body: string, readonly headers: Record<string, string | string[] | undefined> }> = []
    const { url } = await listen(t, (request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => { body += chunk.toString() })
      request.on('end', () => {
        got.push({ body, headers: request.headers })
        response.end()
      })
    })
    const { buy, carrier, time, waits } = simulator(t, { url })
    await buy(`sim_ok${suffix}`)
    const whole = async (): Promise<void> => {
      while (got.length < count || waits.filter((ms) => ms === STEP_MS).length < 5) await new Promise((resolve) => { setImmediate(resolve) })
    }
    await whole()
    t.equal(got.length, count, suffix)
    if (suffix === '+reordered') t.equal(keys(got.map(({ body }) => body))[0], 'delivered')
    if (suffix === '+late') t.ok(waits.includes(30_000))
    const [first] = got
    if (first === undefined) continue
    const verify = () => carrier.verifyWebhook({ headers: first.headers, body: Buffer.from(first.body), now: time.clock() })
    if (suffix === '+tampered') t.throws(verify, { code: 'invalid_webhook_signature' })
    else t.match(verify(), { type: 'tracking.updated', carrierKey: 'BVKEY0', carrierReference: 'sim_BVKEY0', trackingNumber: 'SIMBVKEY0' })
  }
})

t.test('a wait that breaks off costs the webhooks of a parcel, and nothing else', async (t) => {
  const { clock } = settableClock()
  const broken = async (): Promise<void> => { throw new Error('broken off') }
  const { carrier } = makeSimulatedCarrier({ secrets: [SECRET], webhookUrl: () => 'http://127.0.0.1:9', clock, onGivenUp: () => {}, delay: broken })
  const request = { shipment: aShipment({ carrier: 'simulator' }), from: PARTY, to: PARTY, content: '' }
  for (const progress of [null, 'drafted']) t.match(await carrier.create(request, progress), { kind: progress === null ? 'progress' : 'created' })
})

t.test('a webhook is read with care', async (t) => {
  const { carrier } = simulator(t)
  const verify = (content: unknown) => {
    const body = JSON.stringify(content)
    const second = Date.parse(START) / 1000
    return carrier.verifyWebhook({ headers: { 'webhook-id': 'evt', 'webhook-timestamp': String(second), 'webhook-signature': signWebhook(webhookKey(SECRET), 'evt', second, body) }, body: Buffer.from(body), now: START })
  }
  const event = { eventId: 'e', kind: 'teleported', rawCode: 'T', text: '', location: '', occurredAt: laterBy(START, 0) }
  t.match(verify({ type: 'tracking.updated', data: { carrierKey: 'k', reference: 'r', trackingNumber: 't', events: [event, { ...event, kind: 'lost' }] } }), { eventId: 'evt', news: [{ kind: 'unknown', rawCode: 'T' }, { kind: 'lost' }] })
  t.same(verify({ type: 'invoice.made' }), { eventId: 'evt', type: 'invoice.made', carrierKey: null, carrierReference: null, trackingNumber: null, news: null })
  t.throws(() => verify({ type: 'tracking.updated', data: {} }), { code: 'invalid_webhook' })
})
