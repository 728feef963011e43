import type { AccessAnswer } from '#application/ports/payment-gateway.js'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { NotTaken, orRefused, orUnknown, type Limits } from '#adapters/exchange/http.js'
import { type Client, type ClientOptions, makeClient } from './client.js'
import { cancel, create, find, label, quote, track } from './label.js'
import { check } from './shipment.js'
import { SIGNATURE_HEADER, verifyWebhook } from './webhook.js'

export interface EasyPostOptions extends Omit<ClientOptions, 'limits'> {
  /** Each is accepted, so that one can be replaced without a gap. */
  readonly webhookSecrets: readonly string[]
  readonly limits?: Limits
}

/** EasyPost waits for the carrier behind it while it buys; its own clients wait for a minute. */
const LIMITS: Limits = { connectMs: 3_000, totalMs: 60_000 }

export function makeEasyPost ({ webhookSecrets, limits = LIMITS, ...options }: EasyPostOptions): ShippingCarrier {
  const client = makeClient({ ...options, limits })
  return {
    carrier: 'easypost',
    capabilities: { quote: true, cancel: 'before_scan', returns: true, webhook: 'signed', countries: null, labelFormats: ['pdf', 'zpl'], desiDivisorCm3: 3000 },
    signatureHeader: SIGNATURE_HEADER,
    checkAccess: async () => await orRefused(async () => await checkAccess(client)),
    check,
    quote: async (request) => await orUnknown(async () => await quote(client, request)),
    create: async (request, progress) => await orRefused(async () => await create(client, request, progress)),
    find: async (shipment) => await orUnknown(async () => await find(client, shipment)),
    label: async (shipment, format) => await orUnknown(async () => await label(client, shipment, format)),
    track: async (shipment) => await orUnknown(async () => await track(client, shipment)),
    cancel: async (shipment) => await orUnknown(async () => await cancel(client, shipment)),
    verifyWebhook: (delivery) => verifyWebhook(delivery, webhookSecrets),
  }
}

/** Lists one shipment, which changes nothing. @throws NoAnswer, NotTaken */
async function checkAccess ({ call }: Client): Promise<AccessAnswer> {
  const answer = await call('GET', '/shipments?page_size=1')
  if ('refused' in answer) throw new NotTaken(`EasyPost refused to list shipments, with code ${answer.refused.code}`, 'request', answer.refused.code)
  return { kind: 'accepted' }
}
