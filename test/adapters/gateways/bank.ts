import type { Delay } from '#adapters/gateways/simulator/delay.js'
import type { Send } from '#adapters/gateways/simulator/delivery.js'
import { makeGateway } from '#adapters/gateways/simulator/gateway.js'
import { makeNews } from '#adapters/gateways/simulator/news.js'
import { makeProvider, type Provider } from '#adapters/gateways/simulator/provider.js'
import { webhookKey, type SimulatorEvent } from '#adapters/gateways/simulator/webhook.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import type { Payment } from '#domain/payments/payment.js'
import { aCapturedPayment, aPayment, countingIdentity, START } from '../../support/builders.js'
import { makeInbox, noDelay, SECRET, type Inbox } from './support.js'

export interface Bank {
  readonly provider: Provider
  readonly gateway: PaymentGateway
  readonly sent: Inbox<{ readonly eventId: string, readonly event: SimulatorEvent, readonly tampered: boolean }>
}

/** The bank alone: its webhooks go into an inbox instead of over HTTP. */
export function bank ({ delay = noDelay, chargesMax = 100 }: { delay?: Delay, chargesMax?: number } = {}): Bank {
  const sent = makeInbox<{ eventId: string, event: SimulatorEvent, tampered: boolean }>()
  const identity = countingIdentity()
  const send: Send = async (eventId, event, { tampered } = { tampered: false }) => { sent.put({ eventId, event, tampered }) }
  const news = makeNews({ identity, delay, send, laterMs: 2000, lateMs: 30_000, overtakeMs: 5000 })
  const provider = makeProvider({ clock: () => START, identity, delay, news, slowMs: 3000, chargesMax })
  return { provider, sent, gateway: makeGateway({ provider, keys: [webhookKey(SECRET)], pageUrl: (reference) => `https://pay.example/${reference}` }) }
}

export async function charge ({ gateway }: Bank, token: string | null, payment: Payment = aPayment()) {
  return await gateway.charge({ payment, token, buyer: null, billingAddress: null, ip: '192.0.2.1', callbackUrl: 'https://api.example/return' })
}

/** All that webhooks have told of the payment once nothing is left to be told. */
export async function told ({ provider, sent }: Bank): Promise<Array<[string, SimulatorEvent['data']]>> {
  await provider.find('pay_1')?.news
  return sent.items.map(({ event }) => [event.type, event.data])
}

export async function charged (token: string, options: Parameters<typeof bank>[0] = {}): Promise<{ world: Bank, payment: Payment }> {
  const world = bank(options)
  await charge(world, token)
  const providerReference = world.provider.find('pay_1')?.reference ?? null
  return { world, payment: aCapturedPayment({ providerReference }) }
}

export const SUCCESS = { paymentId: 'pay_1', reference: 'sim_00000001', amount: 10_000, currency: 'TRY' }
