import { randomBytes } from 'node:crypto'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import { openForm } from './charge.js'
import { checkRequest, CURRENCIES } from './checkout-form.js'
import { makeClient, type ClientOptions } from './client.js'
import type { Timeouts } from '#adapters/exchange/http.js'
import { lookUp } from './lookup.js'
import { orUnknown } from '#adapters/exchange/no-answer.js'
import { refund } from './refund.js'
import { SIGNATURE_HEADER, verifyWebhook } from './webhook.js'

export interface IyzicoOptions extends Omit<ClientOptions, 'randomKey' | 'timeouts'> {
  /** Keys that sign webhooks beside the present one, while iyzico and we change over from one to the other. */
  readonly previousSecretKeys?: readonly string[]
  readonly timeouts?: Timeouts
  readonly randomKey?: ClientOptions['randomKey']
}

/** A look-up makes up to four calls, which have to end before the minute is over for which nobody else asks. */
const TIMEOUTS: Timeouts = { connectMs: 3_000, totalMs: 12_000 }

/**
 * iyzico behind the port that every provider has. The payer pays on iyzico's own page; iyzico repeats what it is asked to
 * repeat, so that nothing is sent twice here.
 */
export function makeIyzicoGateway (options: IyzicoOptions): PaymentGateway {
  const { previousSecretKeys = [], timeouts = TIMEOUTS, randomKey = () => randomBytes(16).toString('hex'), ...rest } = options
  const client = makeClient({ ...rest, timeouts, randomKey })
  const secretKeys = [rest.secretKey, ...previousSecretKeys]
  return {
    provider: 'iyzico',
    capabilities: { idempotent: false, currencies: CURRENCIES },
    signatureHeader: SIGNATURE_HEADER,
    check: checkRequest,
    charge: async (request) => await orUnknown(async () => await openForm(client, request)),
    lookup: async (payment) => await orUnknown(async () => await lookUp(client, payment)),
    refund: async (request) => await orUnknown(async () => await refund(client, request)),
    verifyWebhook: (delivery) => verifyWebhook(delivery, secretKeys),
  }
}
