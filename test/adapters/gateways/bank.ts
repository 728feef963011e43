import type { Delay, Send } from '#adapters/exchange/delivery.js'
import { makeGateway } from '#adapters/gateways/simulator/simulator.js'
import { makeNews } from '#adapters/gateways/simulator/news.js'
import { makeBank, type Bank } from '#adapters/gateways/simulator/bank.js'
import { webhookKey } from '#adapters/exchange/standard-webhooks.js'
import type { SimulatorEvent } from '#adapters/gateways/simulator/webhook.js'
import type { Clock } from '#application/ports/system.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import type { Payment } from '#domain/payments/payment.js'
import { aCapturedPayment, aPayment, countingIdentity, START } from '../../support/builders.js'
import { type Inbox, makeInbox, noDelay, SECRET } from './support.js'

export interface BankWorld {
  readonly bank: Bank
  readonly gateway: PaymentGateway
  readonly sent: Inbox<{ readonly eventId: string, readonly event: SimulatorEvent, readonly tampered: boolean }>
}

/** The simulated bank alone. Its webhooks go into an inbox instead of over HTTP. */
export function bank ({ delay = noDelay, chargesMax = 100, clock = () => START }: { delay?: Delay, chargesMax?: number, clock?: Clock } = {}): BankWorld {
  const sent = makeInbox<{ eventId: string, event: SimulatorEvent, tampered: boolean }>()
  const identity = countingIdentity()
  const send: Send<SimulatorEvent> = async (eventId, event, wire = event) => { sent.put({ eventId, event, tampered: wire !== event }) }
  const news = makeNews({ identity, delay, send, laterMs: 2000, lateMs: 30_000, overtakeMs: 5000 })
  const simulated = makeBank({ clock, identity, delay, news, slowMs: 3000, laterMs: 2000, chargesMax })
  return { bank: simulated, sent, gateway: makeGateway({ bank: simulated, keys: [webhookKey(SECRET)], pageUrl: (reference) => `https://pay.example/${reference}` }) }
}

export async function charge ({ gateway }: BankWorld, token: string | null, payment: Payment = aPayment()) {
  return await gateway.charge({ payment, token, buyer: null, billingAddress: null, ip: '192.0.2.1', callbackUrl: 'https://api.example/return' })
}

/** The webhooks of the payment, once all are sent. */
export async function told ({ bank, sent }: BankWorld): Promise<Array<[string, SimulatorEvent['data']]>> {
  await bank.find('pay_1')?.news
  return sent.items.map(({ event }) => [event.type, event.data])
}

export async function charged (token: string, options: Parameters<typeof bank>[0] = {}): Promise<{ world: BankWorld, payment: Payment }> {
  const world = bank(options)
  await charge(world, token)
  const providerReference = world.bank.find('pay_1')?.reference ?? null
  return { world, payment: aCapturedPayment({ providerReference }) }
}

export const SUCCESS = { paymentId: 'pay_1', reference: 'sim_00000001', amount: 10_000, currency: 'TRY' }
