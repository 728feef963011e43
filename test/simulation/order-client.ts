import type { PaymentRequest, ProcessedPayment } from '#application/payments/process-payment.js'
import { identity } from '#adapters/system/system.js'
import { aPaymentRequest } from '../support/builders.js'
import { ORDER_CLAIMS } from '../support/order-tokens.js'
import type { Client, Outcome } from './client.js'
import { MOMENT_OF_START, violate } from './context.js'
import { strangerKey } from './ledger.js'
import { cancelOne, checkAsked } from './payment-client.js'
import { withItems } from './shipping/shipping-world.js'
import type { UseCases } from './use-cases.js'

const CONTENDING_MAX = 3

/** A request that pays an order, under a key of its own. */
interface Attempt {
  readonly userId: string
  readonly key: string
  readonly request: PaymentRequest
  /** Whether the shop has signed the order. */
  readonly isSigned: boolean
  /** Whether it goes to a node that does not see what the first has in its journal. */
  readonly isElsewhere: boolean
}

/** Pays an order; sometimes by two clicks at once, sometimes once more afterwards, sometimes with the key of another order. */
export async function pay (client: Client): Promise<void> {
  const { context: { random, ledger }, name, others, count, ask } = client
  const number = count()
  const request = withItems(client.context, aRequest(client, `order-${name}-${number}`, random.pick(others)))
  const attempt: Attempt = { userId: name, key: `pay-${name}-${number}`, request, isSigned: false, isElsewhere: false }
  const [{ answer }] = await Promise.all([payOnce(client, attempt), ...(random.chance(0.2) ? [payOnce(client, attempt)] : [])])
  if (answer === null) return
  // The payer thinks better of it while the page is still open.
  if (random.chance(0.08)) await cancelOne(client, answer.payment, { userId: name, admin: false })
  repeatLater(client, attempt)
  if (!random.chance(0.25)) return
  await client.context.scheduler.sleep(random.between(10, 90_000))
  await payOnce(client, attempt)
  const otherRequest = { ...request, amount: request.amount + 1 }
  const stranger = { isTaken: false, isQuarantined: false }
  ledger.strangers.set(strangerKey(otherRequest), stranger)
  const { answer: other } = await ask(`pay ${number} with another amount`, processed(client, { ...attempt, request: otherRequest }))
  stranger.isTaken = other !== null
}

/**
 * Two or three payments of one order under keys of their own, at once or one after the other: for the same, for another amount, or because
 * the payer wants to pay once more. Of an order that the shop has signed the payers may be different people; some payments of an order
 * may be signed, and others not.
 */
export async function race (client: Client): Promise<void> {
  const { context: { random, scheduler, ledger }, name, others, partner, count } = client
  const number = count()
  const mode = random.pick(['signed', 'signed', 'open', 'open', 'mixed'] as const)
  const request = { ...aRequest(client, `order-${name}-${number}`, random.pick(others.filter((other) => other !== partner))), provider: random.pick(['bank', 'bank', 'kiosk', null]) }
  const spread = random.pick([20, 2_000, 60_000])
  await Promise.all(Array.from({ length: random.between(2, 3) }, async (_, index) => {
    const isSigned = mode === 'mixed' ? random.chance(0.5) : mode === 'signed'
    const attempt: Attempt = {
      userId: isSigned && random.chance(0.5) ? partner : name,
      key: `pay-${name}-${number}-${index}`,
      request: {
        ...request,
        ...(random.chance(0.2) && { allowAnother: true }),
        ...(!isSigned && random.chance(0.25) && { amount: request.amount + 100 * (index + 1) }),
      },
      isSigned,
      isElsewhere: client.askOther !== null && random.chance(0.4),
    }
    if (attempt.request.allowAnother === true) ledger.another.add(identity.derived('pay', [attempt.userId, 'payment', attempt.key]))
    await scheduler.sleep(random.below(spread))
    await contend(client, attempt)
  }))
}

/** Where another payment holds the order, it is tried again; sometimes the other is canceled first. */
async function contend (client: Client, attempt: Attempt): Promise<void> {
  const { random, scheduler } = client.context
  const payer = { userId: attempt.userId, admin: false }
  for (let tries = 1; tries <= CONTENDING_MAX; tries++) {
    const { answer, refusal } = await payOnce(client, attempt)
    if (answer === null && refusal === null) return
    if (answer?.refusal === null) {
      repeatLater(client, attempt)
      if (!attempt.isElsewhere && random.chance(0.25)) await cancelOne(client, answer.payment, payer)
      return
    }
    if (answer !== null && !attempt.isElsewhere && random.chance(0.3)) await cancelOne(client, answer.payment, payer)
    await scheduler.sleep(random.between(500, 30_000))
  }
}

function aRequest ({ context: { random, banks, rooms: { roomIds } } }: Client, orderId: string, sellerId: string): PaymentRequest {
  return aPaymentRequest({
    orderId,
    sellerId,
    amount: 100 * random.between(1, 100),
    currency: random.pick(['TRY', 'TRY', 'EUR']),
    provider: random.chance(0.5) ? random.pick(banks).provider : null,
    ...(random.chance(0.3) && { installments: random.pick([3, 6]) }),
    ...(roomIds.length > 0 && random.chance(0.5) && { roomId: random.pick(roomIds), productId: random.pick(['scarf', null]) }),
  })
}

/** The shop signs an order anew whenever its page is opened. */
function processed ({ context: { scheduler } }: Client, { userId, key, request, isSigned }: Attempt): (useCases: UseCases) => Promise<ProcessedPayment> {
  const { orderId, amount, currency, sellerId } = request
  return async ({ processPayment }) => {
    const iat = Math.floor((MOMENT_OF_START + scheduler.now) / 1000)
    const orderToken = isSigned ? JSON.stringify({ ...ORDER_CLAIMS, orderId, amount, currency, sellerId, iat, exp: iat + 3600 }) : null
    return await processPayment({ userId, key, ip: '203.0.113.7', orderToken, request })
  }
}

async function payOnce (client: Client, attempt: Attempt): Promise<Outcome<ProcessedPayment>> {
  const { context } = client
  const { ledger, scheduler, isJournaled } = context
  const { userId, key, request, isElsewhere } = attempt
  const ask = isElsewhere && client.askOther !== null ? client.askOther : client.ask
  const since = scheduler.now
  const wasAnswered = ledger.answers.has(`payment ${key}`)
  ledger.keysOf.set(request.orderId, (ledger.keysOf.get(request.orderId) ?? new Set()).add(key))
  const outcome = await ask(key, processed(client, attempt))
  checkAsked(client, since, outcome, [outcome.answer?.payment])
  if (outcome.answer === null) return outcome
  const { payment, refusal } = outcome.answer
  // What one node has stored, the other need not know while the store is away from it.
  if (!isElsewhere) ledger.payments.push(payment)
  if (refusal === null) ledger.answered(`payment ${key}`, payment.paymentId)
  const isOurs = payment.orderId === request.orderId && payment.userId === userId && (refusal !== null || payment.amount === request.amount)
  // A node without its store can have forgotten the key, and not the payment that holds the order.
  if (!isOurs || (refusal !== null && wasAnswered && !isJournaled)) {
    violate(context, 'one key leads to one entity', `${key} led to the payment ${payment.paymentId} of ${payment.orderId}`)
  }
  return outcome
}

function repeatLater (client: Client, attempt: Attempt): void {
  client.context.ledger.repeats.push({
    key: `payment ${attempt.key}`,
    run: async (useCases) => {
      const { payment: { paymentId }, replayed } = await processed(client, attempt)(useCases)
      return { id: paymentId, replayed }
    },
  })
}
