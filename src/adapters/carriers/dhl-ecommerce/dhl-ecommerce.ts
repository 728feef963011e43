import type { AccessAnswer } from '#application/ports/payment-gateway.js'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { NoAnswer, orRefused, orUnknown, type Limits } from '#adapters/exchange/http.js'
import { isFields, textOf } from '#adapters/exchange/fields.js'
import { refusedLabel } from '#adapters/exchange/label-once.js'
import { makePlaceCodes, type PlaceCode } from '#adapters/exchange/place-codes.js'
import { type Client, type ClientOptions, makeClient } from './client.js'
import { cancel, create, type DhlEcommerce, find, track } from './label.js'
import { check } from './order.js'

export interface DhlEcommerceOptions extends Omit<ClientOptions, 'limits' | 'nowMs'> {
  readonly limits?: Limits
  readonly nowMs?: ClientOptions['nowMs']
}

/** Answers of 15 seconds are usual. */
const LIMITS: Limits = { connectMs: 3_000, totalMs: 60_000 }

/** DHL eCommerce Türkiye, which was MNG Kargo. */
export function makeDhlEcommerce ({ limits = LIMITS, nowMs = () => Date.now(), ...options }: DhlEcommerceOptions): ShippingCarrier {
  const client = makeClient({ ...options, limits, nowMs })
  const dhl: DhlEcommerce = {
    ...client,
    cityOf: makePlaceCodes(async () => await placesOf(client, 'getcities'), nowMs),
    districtOf: makePlaceCodes(async (cityCode) => await placesOf(client, `getdistricts/${cityCode}`), nowMs),
  }
  return {
    carrier: 'dhl_ecommerce',
    capabilities: { quote: false, cancel: 'before_scan', returns: false, webhook: 'none', countries: ['TR'], labelFormats: ['zpl'], desiDivisorCm3: 3000 },
    signatureHeader: null,
    checkAccess: async () => await orRefused(async () => await checkAccess(client)),
    check,
    quote: async () => refusedLabel('DHL eCommerce', 'not_offered'),
    create: async (request, progress) => await orRefused(async () => await create(dhl, request, progress)),
    find: async (shipment) => await orUnknown(async () => await find(dhl, shipment)),
    // It is in the answer that made it, and in no other.
    label: async () => ({ kind: 'later' }),
    track: async (shipment) => await orUnknown(async () => await track(dhl, shipment)),
    cancel: async (shipment) => await orUnknown(async () => await cancel(dhl, shipment)),
    verifyWebhook: () => { throw new DomainError('invalid_webhook_signature', 'DHL eCommerce sends no webhooks') },
  }
}

/** @throws NoAnswer */
async function placesOf ({ read }: Client, list: string): Promise<readonly PlaceCode[]> {
  const value = await read(`/cbsinfoapi/${list}`)
  if (!Array.isArray(value)) throw new NoAnswer('DHL eCommerce did not list its places')
  return value.filter(isFields).map((place) => ({ code: textOf(place, 'code'), name: textOf(place, 'name') }))
}

/** Lists the provinces, which changes nothing. @throws NoAnswer, NotTaken */
async function checkAccess (client: Client): Promise<AccessAnswer> {
  await placesOf(client, 'getcities')
  return { kind: 'accepted' }
}
