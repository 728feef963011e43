import type { Test } from 'tap'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import type { CreatedLabel, FindAnswer, ShipmentRequest, ShippingCarrier } from '#application/ports/shipping-carrier.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { laterBy } from '#domain/time.js'
import { START } from '../support/builders.js'
import { aShipment, aShipmentRequest, PERSONAL } from '../support/carriers/builders.js'
import { type Misbehaviour, type ProviderServer, startProviderServer } from '../support/provider-server.js'

/** What the suite needs to know of a carrier's stand-in. */
export interface CarrierHarness {
  readonly carrier: ShippingCarrier
  readonly server: Pick<ProviderServer, 'requests' | 'willMisbehave'>
  /** How many labels the carrier has ever made. */
  readonly labels: () => number
  /** What no answer may hold, beside names and addresses: keys, passwords, tokens. */
  readonly secrets: readonly string[]
  /** The carrier has the parcel in hand from now on. */
  readonly scan: (shipment: Shipment) => void
  /** The carrier does what it was asked for when a label was canceled. */
  readonly confirmCancel: (shipment: Shipment) => void
  /** Where a label is fetched from, and what is there; null where the label is in the carrier's answer, or is printed by the shop. */
  readonly labelAt: ((place: { readonly url?: string, readonly status?: number, readonly headers?: Record<string, string>, readonly body?: string }) => void) | null
  /** A webhook about a shipment, of the carrier or of a stranger; null where the carrier sends none. */
  readonly webhook: ((shipment: Shipment, signer: 'carrier' | 'stranger') => WebhookDelivery) | null
}

/** Long after the shipment was made: no carrier hides a new shipment for so long. */
const LATER = laterBy(START, 24 * 3_600_000)
const STEPS_MAX = 20

const CANCELLATION = { requestedAt: START, confirmedAt: null, lease: { owner: 'test', epoch: 1, until: null } }

/** Everything that a carrier's server, or what stands before it, may do instead of answering. */
const FAULTS: readonly Misbehaviour[] = [
  'reset', 'reset_after', 'silent', 'silent_after', 'error_500', 'error_500_after', 'too_many_429', 'conflict_409', 'html', 'html_after', 'truncated_json', 'huge', 'redirect',
]

/** How long a carrier of the tests waits for an answer, and one that meets a silent server. */
export const CALM_MS = 5_000
const HURRIED_MS = 250

/** The promises of the port. Each test gets a carrier of its own, which waits for an answer for `totalMs`. */
export function shippingCarrierContract (t: Test, makeHarness: (t: Test, totalMs: number) => Promise<CarrierHarness>): void {
  t.test('a label is made by steps of which each is stored, and is found afterwards', async (t) => {
    const harness = await makeHarness(t, CALM_MS)
    const request = requestOf(harness)
    harness.carrier.check(request)
    const { shipment, created, answers } = await make(harness, request)
    t.equal(harness.labels(), 1)
    t.notOk(answers.some(({ kind }) => kind === 'unknown' || kind === 'refused'))
    t.match(created, { kind: 'created', carrierReference: /./ })
    t.match(await harness.carrier.find(shipment, LATER), { kind: 'found', created: { carrierReference: created.carrierReference }, canceled: false })
  })

  t.test('a shipment that the carrier has never heard of is not found', async (t) => {
    const { carrier } = await makeHarness(t, CALM_MS)
    t.same(await carrier.find(aShipment({ carrier: carrier.carrier }), LATER), { kind: 'not_found' })
  })

  t.test('a shipment is called not found only when every look-up of the carrier has said so', async (t) => {
    const calm = await makeHarness(t, CALM_MS)
    const shipment = aShipment({ carrier: calm.carrier.carrier })
    await calm.carrier.find(shipment, LATER)
    for (let at = 0; at < calm.server.requests.length; at++) {
      await Promise.all(FAULTS.map(async (fault) => {
        const { carrier, server } = await makeHarness(t, HURRIED_MS)
        server.willMisbehave(...before(at), fault)
        t.equal((await carrier.find(shipment, LATER)).kind, 'unknown', `${fault} at ${at}`)
      }))
    }
  })

  for (const asks of [true, false]) {
    t.test(`one purchase is made a key, whichever request fails in whichever way, ${asks ? 'when the carrier is asked between' : 'when the same step is only repeated'}`, async (t) => {
      const calm = await makeHarness(t, CALM_MS)
      await make(calm, requestOf(calm))
      const requests = calm.server.requests.length
      for (let at = 0; at < requests; at++) {
        await Promise.all(FAULTS.map(async (fault) => {
          const harness = await makeHarness(t, HURRIED_MS)
          harness.server.willMisbehave(...before(at), fault)
          const { created, shipment, answers } = await make(harness, requestOf(harness), asks)
          t.equal(harness.labels(), 1, `${fault} at ${at}`)
          t.match(await found(harness.carrier, shipment), { kind: 'found', created: { carrierReference: created.carrierReference }, canceled: false })
          noneOf(t, [...harness.secrets, ...PERSONAL], answers.filter(({ kind }) => kind !== 'progress'))
        }))
      }
    })
  }

  t.test('nothing throws for an unknown outcome, and no reason holds a secret or personal data', async (t) => {
    const calls: ReadonlyArray<readonly [name: string, call: (carrier: ShippingCarrier, shipment: Shipment) => Promise<{ readonly kind: string }>]> = [
      ['quote', async (carrier, shipment) => await carrier.quote(aShipmentRequest(shipment))],
      ['find', async (carrier, shipment) => await carrier.find(shipment, LATER)],
      ['track', async (carrier, shipment) => await carrier.track(shipment)],
      ['cancel', async (carrier, shipment) => await carrier.cancel(shipment)],
    ]
    await Promise.all(calls.map(async ([name, call]) => {
      const harness = await makeHarness(t, HURRIED_MS)
      const { carrier, server } = harness
      if (name === 'quote' && !carrier.capabilities.quote) return
      const { shipment } = await make(harness, requestOf(harness))
      for (const fault of FAULTS) {
        server.willMisbehave(fault)
        const answer = await call(carrier, shipment)
        t.ok(['unknown', 'refused'].includes(answer.kind), `${name} ${fault} is ${answer.kind}`)
        noneOf(t, [...harness.secrets, ...PERSONAL], [answer])
      }
    }))
  })

  t.test('a label counts as canceled only when a read of it says so', async (t) => {
    const harness = await makeHarness(t, CALM_MS)
    const { carrier } = harness
    const { shipment } = await make(harness, requestOf(harness))
    t.match(await carrier.find(shipment, LATER), { kind: 'found', canceled: false })
    const answer = await carrier.cancel(shipment)
    t.ok(['requested', 'canceled'].includes(answer.kind), answer.kind)
    harness.confirmCancel(shipment)
    t.match(await carrier.find({ ...shipment, cancellation: CANCELLATION }, LATER), { kind: 'found', canceled: true })
    t.match(await carrier.track({ ...shipment, cancellation: CANCELLATION }), { kind: 'tracked', canceled: true })
    t.match(await carrier.create({ ...requestOf(harness), shipment }, shipment.progress), { kind: 'refused', failure: { code: 'canceled' } }, 'a canceled label is not made again')
    t.equal(harness.labels(), 1)
  })

  t.test('a parcel in hand is reported, and each report of it has the same ids', async (t) => {
    const harness = await makeHarness(t, CALM_MS)
    const { carrier } = harness
    const { shipment } = await make(harness, requestOf(harness))
    harness.scan(shipment)
    const first = await carrier.track(shipment)
    t.match(first, { kind: 'tracked', canceled: false, trackingNumber: /./ })
    if (first.kind !== 'tracked') return
    t.ok(first.events.some(({ kind }) => ['handed_over', 'in_transit'].includes(kind)), 'it is on its way')
    t.same(await carrier.track(shipment), first)
    for (const event of first.events) t.match(event, { eventId: /./, rawCode: /./, occurredAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ })
  })

  t.test('a label is fetched from the carrier alone, and is nothing but a label', async (t) => {
    const harness = await makeHarness(t, CALM_MS)
    const { carrier, labelAt } = harness
    const { shipment, created } = await make(harness, requestOf(harness))
    if (labelAt === null) {
      t.match(created, { label: carrier.capabilities.labelFormats.length === 0 ? null : { format: 'zpl' } })
      t.same(await carrier.label(shipment, 'pdf'), { kind: 'later' })
      return
    }
    labelAt({})
    t.match(await carrier.label(shipment, 'pdf'), { kind: 'label', type: 'application/pdf' })
    const elsewhere = await startProviderServer(t, () => ({ body: '%PDF-1.4 a label' }))
    const strange: ReadonlyArray<Parameters<typeof labelAt>[0]> = [
      { url: `${elsewhere.url}/label.pdf` }, { url: 'http://169.254.169.254/latest/meta-data' }, { url: 'https://labels.example/label.pdf' }, { url: 'file:///etc/passwd' }, { url: 'label.pdf' },
      { status: 302, headers: { location: `${elsewhere.url}/label.pdf` } }, { status: 404 }, { body: '<html>%PDF-</html>' }, { body: '' }, { body: `%PDF-${'x'.repeat(2 * 1024 * 1024)}` },
    ]
    for (const place of strange) {
      labelAt(place)
      const answer = await carrier.label(shipment, 'pdf')
      t.equal(answer.kind, 'unknown', JSON.stringify({ ...place, body: place.body?.slice(0, 20) }))
    }
    t.same(elsewhere.requests, [], 'no other server is asked')
  })

  t.test('a label that is not made yet comes later', async (t) => {
    const { carrier } = await makeHarness(t, CALM_MS)
    const answer = await carrier.label(aShipment({ carrier: carrier.carrier }), 'pdf')
    t.ok(['later', 'unknown'].includes(answer.kind), answer.kind)
  })

  t.test('a webhook of the carrier is read the same at each delivery, and one of a stranger is refused', async (t) => {
    const harness = await makeHarness(t, CALM_MS)
    const { carrier, webhook } = harness
    const { shipment } = await make(harness, requestOf(harness))
    if (webhook === null) {
      t.throws(() => carrier.verifyWebhook({ headers: {}, body: Buffer.from('{}'), now: START }), { code: 'invalid_webhook_signature' })
      return
    }
    const read = carrier.verifyWebhook(webhook(shipment, 'carrier'))
    t.match(read, { eventId: /./, type: /./ })
    t.same(carrier.verifyWebhook(webhook(shipment, 'carrier')), read)
    if (carrier.capabilities.webhook === 'hint') t.equal(read.news, 'ask', 'what is not signed is never believed')
    t.throws(() => carrier.verifyWebhook(webhook(shipment, 'stranger')), { code: 'invalid_webhook_signature' })
  })

  t.test('a key that the carrier takes is accepted, and a carrier that does not answer leaves it open', async (t) => {
    const { carrier, server } = await makeHarness(t, CALM_MS)
    t.same(await carrier.checkAccess?.(), { kind: 'accepted' })
    server.willMisbehave('reset')
    t.match(await carrier.checkAccess?.(), { kind: 'unknown', reason: /./ })
  })
}

interface Made {
  readonly shipment: Shipment
  readonly created: CreatedLabel
  /** Everything that the carrier's methods have answered on the way. */
  readonly answers: ReadonlyArray<{ readonly kind: string }>
}

/** Makes a label as the use case does: stores each progress, and repeats the step after an unknown outcome. @param asks the carrier before a repeat */
export async function make ({ carrier }: Pick<CarrierHarness, 'carrier'>, request: ShipmentRequest, asks = true): Promise<Made> {
  const answers: Array<{ readonly kind: string }> = []
  let shipment = request.shipment
  for (let step = 0; step < STEPS_MAX; step++) {
    const answer = await carrier.create({ ...request, shipment }, shipment.progress)
    answers.push(answer)
    if (answer.kind === 'created') return { shipment: withLabel(shipment, answer), created: answer, answers }
    if (answer.kind === 'progress') shipment = { ...shipment, progress: answer.progress }
    if (answer.kind === 'refused') throw new Error(`the carrier refused: ${JSON.stringify(answer)}`)
    if (answer.kind !== 'unknown' || !asks) continue
    const found: FindAnswer = await carrier.find(shipment, LATER)
    answers.push(found)
    if (found.kind !== 'found') continue
    shipment = { ...shipment, progress: found.progress }
    if (found.created !== null) return { shipment: withLabel(shipment, found.created), created: found.created, answers }
  }
  throw new Error(`no label was made in ${STEPS_MAX} steps: ${JSON.stringify(answers)}`)
}

/** What a carrier knows, once it has answered: the machine of the tests may be slow. */
async function found (carrier: ShippingCarrier, shipment: Shipment): Promise<FindAnswer> {
  let answer: FindAnswer = { kind: 'unknown', reason: '' }
  for (let tries = 0; tries < STEPS_MAX && answer.kind === 'unknown'; tries++) answer = await carrier.find(shipment, LATER)
  return answer
}

function withLabel (shipment: Shipment, { carrierReference, trackingNumber }: CreatedLabel): Shipment {
  return { ...shipment, status: 'created', carrierReference, trackingNumber }
}

function requestOf ({ carrier: { carrier } }: CarrierHarness): ShipmentRequest {
  return aShipmentRequest(aShipment({ carrier }))
}

function before (requests: number): readonly Misbehaviour[] {
  return Array.from({ length: requests }, () => 'none' as const)
}

function noneOf (t: Test, texts: readonly string[], answers: readonly object[]): void {
  const said = JSON.stringify(answers)
  const leaks = texts.filter((text) => said.includes(text))
  if (leaks.length > 0) t.fail(`answers hold ${leaks.length} texts that they must not`)
}
