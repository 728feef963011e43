import { randomBytes } from 'node:crypto'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import { checkAccess } from './access.js'
import { type Iyzico, openForm } from './charge.js'
import { checkRequest, CURRENCIES, INSTALLMENT_CURRENCIES } from './checkout-form.js'
import { type ClientOptions, makeClient } from './client.js'
import { orRefused, orUnknown, type Limits } from '#adapters/exchange/http.js'
import { listDay } from './day.js'
import { findInstallments } from './installments.js'
import { lookUp } from './lookup.js'
import { refund } from './refund.js'
import { SIGNATURE_HEADER, verifyWebhook } from './webhook.js'

export interface IyzicoOptions extends Omit<ClientOptions, 'randomKey' | 'limits'> {
  /** Older keys that still sign webhooks, while iyzico changes over to the present one. */
  readonly previousSecretKeys?: readonly string[]
  readonly limits?: Limits
  readonly randomKey?: ClientOptions['randomKey']
  /** Default: `payer`. */
  readonly installmentFee?: Iyzico['installmentFee']
}

/** A look-up makes up to four calls, which must end within the minute of its lease. */
const LIMITS: Limits = { connectMs: 3_000, totalMs: 12_000 }

/** The payer pays on iyzico's page. iyzico has no idempotency keys, so no charge is ever sent twice. */
export function makeIyzicoGateway (options: IyzicoOptions): PaymentGateway {
  const { previousSecretKeys = [], limits = LIMITS, randomKey = () => randomBytes(16).toString('hex'), installmentFee = 'payer', ...rest } = options
  const client: Iyzico = { ...makeClient({ ...rest, limits, randomKey }), installmentFee }
  const secretKeys = [rest.secretKey, ...previousSecretKeys]
  return {
    provider: 'iyzico',
    capabilities: { idempotent: false, currencies: CURRENCIES },
    installments: {
      currencies: INSTALLMENT_CURRENCIES,
      find: async (query) => await orUnknown(async () => await findInstallments(client, query, `installments_${randomKey()}`)),
    },
    signatureHeader: SIGNATURE_HEADER,
    checkAccess: async () => await orRefused(async () => await checkAccess(client, `access_${randomKey()}`)),
    check: checkRequest,
    charge: async (request) => await orRefused(async () => await openForm(client, request)),
    lookup: async (payment) => await orUnknown(async () => await lookUp(client, payment)),
    refund: async (request) => await orUnknown(async () => await refund(client, request)),
    // iyzico closes no page before its time is over.
    cancel: async (payment) => await orUnknown(async () => await lookUp(client, payment)),
    listDay: async (day, page) => await orUnknown(async () => await listDay(client, day, page)),
    verifyWebhook: (delivery) => verifyWebhook(delivery, secretKeys),
  }
}
