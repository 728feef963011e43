import { DomainError } from '#domain/errors.js'
import { created } from '#domain/payments/decision.js'
import { offerEnd } from '#domain/payments/follow-up.js'
import { concludeCharge, handOver, isChargeUnknown, takeCharge } from '#domain/payments/lease.js'
import { isChargeFact, type PaymentFact } from '#domain/payments/payment-fact.js'
import type { Address, Payment } from '#domain/payments/payment.js'
import { newPayment, type PaymentDraft } from '#domain/payments/new-payment.js'
import type { SignedOrder } from '#domain/payments/order-token.js'
import type { StatedOrder } from '#domain/payments/order.js'
import { refusedCharge } from '#domain/payments/refusal.js'
import { settleAll } from '#domain/payments/settlement.js'
import { laterBy, MINUTE_MS, type Timestamp } from '#domain/time.js'
import { checkNotInProgress, checkSameRequest } from '../idempotency.js'
import type { Identity } from '../ports/system.js'
import type { Buyer, ChargeRequest, PaymentGateway } from '../ports/payment-gateway.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { RoomStore } from '../ports/room-stores.js'
import { makeCheckRoom } from './check-room.js'
import { tryOutcomeOf, type DeclineBrake } from './decline-brake.js'
import { firstAnswering, gatewaysFor, isChoiceOpen, nextAnswering, outageOf, requireGateway, type Gateways } from './gateways.js'
import { makePlaceOrder } from './place-order.js'
import { askBeforeSending, chargeFacts, leaseClaim } from './provider-call.js'
import { makeReadOrder, type ReadOrder, type ReadOrderPorts } from './read-order.js'

export interface PaymentRequest extends Omit<PaymentDraft, 'userId' | 'provider' | 'buyerEmail' | 'payerEmail' | 'orderSigned' | 'expiresAt'> {
  /** How long the payer has to pay; left out where the request does not say. */
  readonly expiresInMinutes?: number
  /** Null chooses by the configured order. */
  readonly provider: string | null
  /** The provider's token of a payment method; null requests the provider's hosted page. */
  readonly token: string | null
  readonly buyer: Buyer | null
  readonly billingAddress: Address | null
  /** Whether the payer wants to pay an order that is paid already once more. Absent from a request that does not say. */
  readonly allowAnother?: boolean
}

export interface ProcessPaymentCommand {
  readonly userId: string
  /** The payer's own address, where their token has one. */
  readonly payerEmail?: string | undefined
  readonly key: string
  readonly ip: string
  /** The order as the shop has signed it; null where it has not. */
  readonly orderToken: string | null
  /** Why a new request of this form is refused. A repeat of one that an earlier version took is answered. */
  readonly refusal?: Error | null
  /** What it says of the order has to agree with the token. */
  readonly request: Omit<PaymentRequest, keyof StatedOrder> & StatedOrder
}

export interface ProcessedPayment {
  /** `pending` if the outcome is unknown. */
  readonly payment: Payment
  readonly replayed: boolean
  /** Why nothing was charged: `payment` holds the order. Null where `payment` is that of the request. */
  readonly refusal: DomainError | null
}

/** The order that a request pays, and why no new payment is made for it; null if one may be. */
interface Turn extends Omit<ReadOrder, 'refusal'> {
  readonly refusal: Error | null
  readonly paymentId: string
}

export interface ProcessPaymentPorts extends ReadOrderPorts {
  readonly declineBrake: DeclineBrake
  readonly payments: PaymentStore
  readonly rooms: RoomStore
  readonly gateways: Gateways
  readonly identity: Identity
  /** How long payers have to pay where the request did not say. */
  readonly abandonMs: number
  /** Origins to which payers may return. A function, because our own address is known only once the service listens. */
  readonly returnUrlOrigins: () => readonly string[]
  /** Our address of a payment, to which the provider's hosted page sends the payer back. */
  readonly callbackUrl: (payment: Pick<Payment, 'paymentId' | 'returnKey'>) => string
}

/**
 * Charges once for an idempotency key, on whichever nodes its requests arrive. The intent is stored before the provider is
 * asked, so that a repeat finds it. A repeat after the first request died asks the provider for the outcome of the charge.
 *
 * @throws what `makeReadOrder`, `newPayment` and `PaymentGateway.check` throw; order_token_expired, order_token_required, self_payment,
 *   room_unknown, product_unknown, too_many_attempts, unknown_provider, provider_unavailable, return_url_not_allowed, idempotency_key_reused, request_in_progress,
 *   order_already_paid and order_payment_open where the payment of another payer holds the order
 */
export function makeProcessPayment (ports: ProcessPaymentPorts) {
  const { payments, gateways, identity, clock, returnUrlOrigins, callbackUrl, abandonMs, declineBrake: brake } = ports
  const readOrder = makeReadOrder(ports)
  const placeOrder = makePlaceOrder(ports)
  const checkRoom = makeCheckRoom(ports)

  return async function processPayment (command: ProcessPaymentCommand): Promise<ProcessedPayment> {
    const { userId, key, orderToken, request: stated } = command
    const read = await readOrder({ userId, orderToken, stated })
    const paymentId = identity.derived('pay', [userId, 'payment', key])
    const refusal = read.refusal ?? command.refusal ?? await checkRoom(stated) ?? await brake.begin(command, paymentId)
    try {
      return await inTurn(command, { ...read, refusal, paymentId })
    } finally {
      if (refusal === null) brake.end(command, paymentId)
    }
  }

  async function inTurn (command: ProcessPaymentCommand, { order, signed, refusal, paymentId }: Turn): Promise<ProcessedPayment> {
    const request: PaymentRequest = { ...command.request, ...order }
    checkReturnUrl(request.returnUrl, returnUrlOrigins())
    const candidates = gatewaysFor(gateways, { provider: request.provider, currency: request.currency, installments: (request.installments ?? 1) > 1 })
    const claim = leaseClaim(identity.random('lease'), clock())
    const fingerprint = identity.fingerprint(contentOf(request, signed))
    const returnKey = identity.secret()
    // A repeat is answered even while the provider does not answer, and where no new payment would be made.
    const existing = outageOf(candidates[0]) === null && refusal === null ? null : await payments.find(paymentId)
    if (existing !== null) return await replay(existing)
    if (refusal !== null) throw refusal
    const { gateway, intent } = firstAnswering(candidates, offer)
    const { payment, as, refusal: held } = await placeOrder(intent, request.allowAnother === true, { isChoiceOpen: isChoiceOpen(candidates, offer) })
    switch (as) {
      case 'stored': return { payment: await chargeNew(gateway, payment), replayed: false, refusal: null }
      case 'known': return await replay(payment)
      case 'holder': return { payment, replayed: false, refusal: held }
    }

    /** The intent for this provider. @throws if the provider does not accept the request */
    function offer (provider: PaymentGateway) {
      const intended = created(newPayment({ ...draftOf(command, request, provider, claim.now), orderSigned: signed !== null }, { paymentId, fingerprint, returnKey, ...claim }))
      provider.check(chargeRequest(intended.payment))
      return { gateway: provider, intent: intended }
    }

    async function replay (stored: Payment): Promise<ProcessedPayment> {
      checkSameRequest(stored, fingerprint)
      checkNotInProgress(stored.lease, claim.now)
      return { payment: isChargeUnknown(stored) ? await resume(stored) : stored, replayed: true, refusal: null }
    }

    async function chargeNew (provider: PaymentGateway, payment: Payment): Promise<Payment> {
      const charged = await chargeFirst(provider, payment)
      const outcome = tryOutcomeOf(charged)
      if (outcome !== null) await brake.learn(command, outcome)
      return charged
    }

    /** Charges for the first time. While a provider refuses the request itself, nothing is charged, and the next one may charge. */
    async function chargeFirst (provider: PaymentGateway, payment: Payment): Promise<Payment> {
      const answer = await provider.charge(chargeRequest(payment))
      if (answer.kind !== 'refused') return await conclude(payment, chargeFacts(answer))
      const next = nextAnswering(candidates.slice(candidates.indexOf(provider) + 1), offer)
      if (next === null) return await conclude(payment, [refusedCharge(answer.code, null)])
      const { payment: handed } = await payments.update(payment.paymentId,
        (current) => handOver(current, next.gateway.provider, claim.owner, clock()), { known: payment, isStoreOnly: true })
      return handed.provider === next.gateway.provider && handed.lease.owner === claim.owner ? await chargeFirst(next.gateway, handed) : await conclude(handed, [])
    }

    async function charge (provider: PaymentGateway, payment: Payment): Promise<PaymentFact[]> {
      return chargeFacts(await provider.charge(chargeRequest(payment)))
    }

    function chargeRequest (payment: Payment): ChargeRequest {
      const { token, buyer, billingAddress } = request
      return { payment, token, buyer, billingAddress, ip: command.ip, callbackUrl: callbackUrl(payment) }
    }

    async function resume (unknown: Payment): Promise<Payment> {
      const provider = requireGateway(gateways, unknown.provider)
      const { payment } = await payments.update(unknown.paymentId, (current) => takeCharge(current, claim), { known: unknown })
      if (payment.lease.owner !== claim.owner) {
        checkNotInProgress(payment.lease, claim.now)
        return payment
      }
      // After a cancel, or after its time, a payment is not sent again: what the provider has is looked up all the same.
      const isOver = offerEnd(payment, abandonMs) <= claim.now
      const sendAgain = async () => isOver ? [] : await charge(provider, payment)
      return await conclude(payment, await askBeforeSending(provider, payment, isChargeFact, sendAgain, { identity, clock }))
    }

    async function conclude (payment: Payment, facts: readonly PaymentFact[]): Promise<Payment> {
      const now = clock()
      const update = await payments.update(payment.paymentId,
        (current) => concludeCharge(current, settleAll(current, facts, now), claim.owner, now), { known: payment })
      return update.payment
    }
  }
}

/** The part of a request that is stored: not the token, and of the buyer only the e-mail address, by which orders are found. */
function draftOf ({ userId, payerEmail }: ProcessPaymentCommand, request: PaymentRequest, gateway: PaymentGateway, now: Timestamp): PaymentDraft {
  const { token, buyer, billingAddress, allowAnother, expiresInMinutes, ...draft } = request
  const expiresAt = expiresInMinutes === undefined ? null : laterBy(now, expiresInMinutes * MINUTE_MS)
  return { ...draft, userId, payerEmail: payerEmail ?? null, provider: gateway.provider, buyerEmail: buyer?.email ?? null, expiresAt }
}

/**
 * What the fingerprint covers. A new token of the same order is the same request. An identity number is short enough to be guessed
 * from its digest, so it is left out.
 */
function contentOf (request: PaymentRequest, signed: SignedOrder | null): object {
  const { identityNumber, ...buyer } = request.buyer ?? {}
  const content = request.buyer === null ? request : { ...request, buyer }
  return signed === null ? content : { ...content, orderToken: signed }
}

/**
 * Payers return to known origins only, so that our name lends no trust to the page of a stranger.
 *
 * @throws return_url_not_allowed
 */
export function checkReturnUrl (returnUrl: string | null, origins: readonly string[]): void {
  if (returnUrl === null) return
  const url = URL.parse(returnUrl)
  // `URL.origin` of a blob: is the origin of its content. A user name before an @ can look like a host.
  if (url === null || !origins.includes(`${url.protocol}//${url.host}`) || url.username !== '' || url.password !== '') {
    throw new DomainError('return_url_not_allowed', 'the origin of returnUrl is not on the list of the operator')
  }
}
