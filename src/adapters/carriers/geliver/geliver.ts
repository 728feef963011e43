import { setTimeout as wait } from 'node:timers/promises'
import type { AccessAnswer } from '#application/ports/payment-gateway.js'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { NoAnswer, orRefused, orUnknown, type Limits } from '#adapters/exchange/http.js'
import { isFields, textOf } from '#adapters/exchange/fields.js'
import { makePlaceCodes, type PlaceCode } from '#adapters/exchange/place-codes.js'
import { type Client, type ClientOptions, makeClient } from './client.js'
import { cancel, create, find, type Geliver, label, quote } from './label.js'
import { check } from './shipment.js'
import { track } from './tracking.js'
import { verifyWebhook } from './webhook.js'

export interface GeliverOptions extends Omit<ClientOptions, 'limits'> {
  /** In the addresses of its webhooks; each is accepted, so that one can be replaced without a gap. */
  readonly webhookTokens: readonly string[]
  readonly limits?: Limits
  /** Replaces waits in tests. */
  readonly wait?: Geliver['wait']
}

const LIMITS: Limits = { connectMs: 3_000, totalMs: 30_000 }

/** Geliver sells the labels of Turkish carriers. */
export function makeGeliver ({ webhookTokens, limits = LIMITS, wait: waits = wait, ...options }: GeliverOptions): ShippingCarrier {
  const client = makeClient({ ...options, limits })
  const geliver: Geliver = { ...client, wait: waits, districtOf: makePlaceCodes(async (cityCode) => await districtsOf(client, cityCode)) }
  return {
    carrier: 'geliver',
    capabilities: { quote: true, cancel: 'before_scan', returns: true, webhook: 'hint', countries: ['TR'], labelFormats: ['pdf'], desiDivisorCm3: 3000 },
    signatureHeader: null,
    checkAccess: async () => await orRefused(async () => await checkAccess(client)),
    check,
    quote: async (request) => await orUnknown(async () => await quote(geliver, request)),
    create: async (request, progress) => await orRefused(async () => await create(geliver, request, progress)),
    find: async (shipment, now) => await orUnknown(async () => await find(geliver, shipment, now)),
    label: async (shipment) => await orUnknown(async () => await label(geliver, shipment)),
    track: async (shipment) => await orUnknown(async () => await track(geliver, shipment)),
    cancel: async (shipment) => await orUnknown(async () => await cancel(geliver, shipment)),
    verifyWebhook: (delivery) => verifyWebhook(delivery, webhookTokens),
  }
}

/** Geliver's districts of a province, by its plate code. @throws NoAnswer */
async function districtsOf ({ call }: Client, cityCode: string): Promise<readonly PlaceCode[]> {
  const answer = await call('GET', `/districts?countryCode=TR&cityCode=${cityCode}`)
  if ('refused' in answer || !Array.isArray(answer.data)) throw new NoAnswer('Geliver did not list the districts of a province')
  return answer.data.filter(isFields).map((district) => ({ code: textOf(district, 'districtID'), name: textOf(district, 'name') }))
}

/** Lists one shipment, which changes nothing. @throws NoAnswer, NotTaken */
async function checkAccess ({ call }: Client): Promise<AccessAnswer> {
  const answer = await call('GET', '/shipments?limit=1&page=1')
  if ('refused' in answer) throw new NoAnswer(`Geliver refused to list shipments, with code ${answer.refused.code}`)
  return { kind: 'accepted' }
}
