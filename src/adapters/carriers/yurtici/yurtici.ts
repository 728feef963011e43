import type { AccessAnswer } from '#application/ports/payment-gateway.js'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { NotTaken, orRefused, orUnknown, type Limits } from '#adapters/exchange/http.js'
import { refusedLabel } from '#adapters/exchange/label-once.js'
import { type Client, type ClientOptions, COMPANY, makeClient } from './client.js'
import { cancel, check, create, find, takesAccount, track } from './label.js'

export interface YurticiOptions extends Omit<ClientOptions, 'limits'> {
  readonly limits?: Limits
}

const LIMITS: Limits = { connectMs: 3_000, totalMs: 30_000 }

export function makeYurtici ({ limits = LIMITS, ...options }: YurticiOptions): ShippingCarrier {
  const client = makeClient({ ...options, limits })
  return {
    carrier: 'yurtici',
    capabilities: { quote: false, cancel: 'before_scan', returns: false, webhook: 'none', countries: ['TR'], labelFormats: [], desiDivisorCm3: 3000 },
    signatureHeader: null,
    checkAccess: async () => await orRefused(async () => await checkAccess(client)),
    check,
    quote: async () => refusedLabel(COMPANY, 'not_offered'),
    create: async (request) => await orRefused(async () => await create(client, request)),
    find: async (shipment) => await orUnknown(async () => await find(client, shipment)),
    // The shop prints the key of the shipment as a Code 128.
    label: async () => ({ kind: 'later' }),
    track: async (shipment) => await orUnknown(async () => await track(client, shipment)),
    cancel: async (shipment) => await orUnknown(async () => await cancel(client, shipment)),
    verifyWebhook: () => { throw new DomainError('invalid_webhook_signature', `${COMPANY} sends no webhooks`) },
  }
}

/** Looks for a parcel that is not there, which changes nothing. @throws NoAnswer, NotTaken */
async function checkAccess (client: Client): Promise<AccessAnswer> {
  const { isTaken, code } = await takesAccount(client)
  if (!isTaken) throw new NotTaken(`${COMPANY} refused to look for a parcel, with code ${code}`, 'access', code)
  return { kind: 'accepted' }
}
