import { identity } from '#adapters/system/system.js'
import { factAbout } from '#application/payments/provider-call.js'
import type { Test } from 'tap'
import { makeIyzicoGateway, type IyzicoOptions } from '#adapters/gateways/iyzico/gateway.js'
import type { Buyer, ChargeAnswer, ChargeRequest, LookupAnswer, PaymentGateway } from '#application/ports/payment-gateway.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { settleAll } from '#domain/payments/settlement.js'
import { aPayment, refundIdOf, START } from '../../../support/builders.js'
import { API_KEY, hmac, SECRET_KEY, startIyzicoServer, type IyzicoAnswer, type IyzicoServer } from '../../../support/iyzico-server.js'
import { startProviderServer } from '../../../support/provider-server.js'

export const PATHS = {
  initialize: '/payment/iyzipos/checkoutform/initialize/auth/ecom',
  formDetail: '/payment/iyzipos/checkoutform/auth/ecom/detail',
  paymentDetail: '/payment/detail',
  refund: '/v2/payment/refund',
  report: '/v2/reporting/payment/details',
  installments: '/payment/iyzipos/installment',
} as const

/** The id of a refund, in the form by which iyzico's reports name ours. */
export const RE_1 = refundIdOf('1')

export const TOKEN = '077aff05-1e9b-44aa-aa11-c268bb8b3826'

/** What reporting says of a payment that somebody has paid. */
export const REPORTED = { status: 'success', payments: [{ paymentId: 24_478_123, paymentStatus: 1, paymentConversationId: 'pay_1' }] }

export const BUYER: Buyer = {
  name: 'Ada',
  surname: 'Yılmaz',
  email: 'ada@example.com',
  identityNumber: '74300864791',
  address: 'İstiklal Cd. 1',
  city: 'İstanbul',
  country: 'Turkey',
}

export function gatewayAt (baseUrl: string, overrides: Partial<IyzicoOptions> = {}): PaymentGateway {
  return makeIyzicoGateway({ apiKey: API_KEY, secretKey: SECRET_KEY, baseUrl, limits: { connectMs: 2_000, totalMs: 5_000 }, ...overrides })
}

export function anIyzicoPayment (overrides: Partial<Payment> = {}): Payment {
  return aPayment({ provider: 'iyzico', ...overrides })
}

export function aRequest (payment = anIyzicoPayment(), overrides: Partial<ChargeRequest> = {}): ChargeRequest {
  return { payment, token: null, buyer: BUYER, billingAddress: null, ip: '192.0.2.1', callbackUrl: 'https://api.example/return', ...overrides }
}

export interface Shop {
  readonly server: IyzicoServer
  readonly gateway: PaymentGateway
}

export async function openShop (t: Test, overrides: Partial<IyzicoOptions> = {}): Promise<Shop> {
  const server = await startIyzicoServer(t)
  return { server, gateway: gatewayAt(server.url, overrides) }
}

/** A payment that waits for its payer, stored as it is with the token of its page. */
export async function waitingPayment ({ gateway }: Shop, payment = anIyzicoPayment()): Promise<{ payment: Payment, token: string }> {
  const token = tokenOf(await gateway.charge(aRequest(payment)))
  return { payment: { ...payment, status: 'requires_action', providerReference: token }, token }
}

/** A payment whose money is taken, stored as it is with iyzico's id. */
export async function paidPayment (shop: Shop, unpaid = anIyzicoPayment(), how: Parameters<IyzicoServer['pay']>[1] = {}): Promise<Payment> {
  const { payment, token } = await waitingPayment(shop, unpaid)
  shop.server.pay(token, how)
  const [fact] = factsOf(await shop.gateway.lookup(payment))
  if (fact?.kind !== 'succeeded') throw new Error(`iyzico answered ${String(fact?.kind)}`)
  return settleAll(payment, [fact], START).payment
}

export function tokenOf (answer: ChargeAnswer): string {
  if (answer.kind !== 'requires_action') throw new Error(`iyzico answered ${answer.kind}`)
  return answer.reference
}

export function factsOf (answer: LookupAnswer): readonly PaymentFact[] {
  if (answer.kind !== 'found') throw new Error(`the look-up answered ${answer.kind}`)
  return answer.facts.map((fact) => factAbout('pay_1', fact, identity))
}

/** A gateway whose iyzico answers with just this, path by path. */
export async function gatewayAnswering (t: Test, answers: Readonly<Record<string, IyzicoAnswer>>): Promise<PaymentGateway> {
  const server = await startProviderServer(t, ({ path }) => ({ body: answers[String(path.split('?')[0])] ?? {} }))
  return gatewayAt(server.url)
}

export function signedBy (values: readonly string[], answer: IyzicoAnswer): IyzicoAnswer {
  return { status: 'success', ...answer, signature: hmac(values.join(':')) }
}
