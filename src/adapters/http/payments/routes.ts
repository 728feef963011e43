import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressOf } from '#domain/network.js'
import { isChargeOpen } from '#domain/payments/follow-up.js'
import type { DeliveryAddress, Failure, Payment as PaymentEntity } from '#domain/payments/payment.js'
import { isRefusedByProvider } from '#domain/payments/refusal.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { callerOf, userOf } from '../guards/auth.js'
import { idempotencyKeyOf, REPLAYED, takeNoBodyAsEmpty } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { pageOf } from '../shared/lists.js'
import { problem } from '../shared/problem.js'
import type { ProblemCode } from '../shared/problems.js'
import { e164 } from '../shared/phone.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'
import { ListPaymentsQuery, PAID_OR_OPEN, Payment, PaymentList, PaymentParams, PENDING, ProcessPaymentBody, RefundPaymentBody } from './schemas.js'
import { viewFor, type PaymentView } from './view.js'

export const paymentRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { processPayment, getPayment, listPayments, cancelPayment, refundPayment, liveAction }) => {
  const viewOf = (request: FastifyRequest): PaymentView => viewFor(callerOf(request), liveAction)

  app.post('/api/payments/process', {
    config: {
      policy: 'user',
      refuses: [
        'payment_declined', 'order_already_paid', 'order_payment_open', 'request_in_progress', 'idempotency_key_reused', 'invalid_amount', 'items_total_mismatch', 'metadata_too_large', 'return_url_not_allowed',
        'unknown_provider', 'unsupported_currency', 'payment_method_invalid', 'buyer_required', 'not_offered', 'provider_refused', 'provider_unavailable', 'self_payment', 'too_many_attempts', 'room_unknown', 'product_unknown',
        'invalid_order_token', 'order_token_expired', 'order_token_mismatch', 'order_token_required', 'keys_unavailable',
      ],
    },
    schema: {
      ...describe('processPayment', 'Payments', 'Pay. 201: done, or continued at `nextAction.url`. 202: the outcome is not known yet. 402: declined'),
      headers: IdempotencyHeader,
      body: ref(ProcessPaymentBody),
      response: { 200: ref(Payment), 201: PAID_OR_OPEN, 202: PENDING },
    },
  }, async (request, reply) => {
    const { body } = request
    const { payment, replayed, refusal } = await processPayment({
      userId: userOf(request),
      payerEmail: callerOf(request).email,
      key: idempotencyKeyOf(request),
      ip: addressOf(request.ip),
      orderToken: body.orderToken ?? null,
      refusal: request.rounded,
      request: {
        amount: body.amount ?? null,
        currency: body.currency ?? null,
        orderId: body.orderId ?? null,
        provider: body.provider ?? null,
        token: body.paymentMethod?.token ?? null,
        sellerId: body.sellerId ?? null,
        description: body.description ?? null,
        items: body.items ?? [],
        metadata: body.metadata ?? {},
        returnUrl: body.returnUrl ?? null,
        buyer: body.buyer ?? null,
        billingAddress: body.billingAddress ?? null,
        shippingAddress: body.shippingAddress === undefined ? null : deliveryAddress(body.shippingAddress),
        ...given(body, ['discountAmount', 'shippingAmount', 'taxAmount', 'installments', 'expiresInMinutes', 'allowAnother', 'roomId', 'productId']),
      },
    })
    if (refusal !== null) {
      if (refusal.retryAfterS !== undefined) reply.header('retry-after', refusal.retryAfterS)
      return await sendRefusal(reply, viewOf(request), { code: refusal.code, detail: refusal.message, payment, replayed })
    }
    if (isRefusedByProvider(payment)) {
      return await sendRefusal(reply, viewOf(request), { code: 'provider_refused', detail: 'the payment provider did not take the request; you were not charged', payment, replayed })
    }
    if (payment.status === 'failed' || payment.status === 'canceled') {
      return await sendRefusal(reply, viewOf(request), { code: 'payment_declined', detail: payment.failure?.message ?? 'the payment was canceled', payment, failure: payment.failure, replayed })
    }
    return await sendPayment(reply, viewOf(request), { payment, replayed, isPending: payment.status === 'pending' })
  })

  app.get('/api/payments/:paymentId', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found'] },
    schema: {
      ...describe('getPayment', 'Payments', 'Read a payment, as its payer, its seller or an administrator'),
      params: PaymentParams,
      response: { 200: ref(Payment) },
    },
  }, async (request) => viewOf(request)(await getPayment({ caller: callerOf(request), paymentId: request.params.paymentId })))

  app.post('/api/payments/:paymentId/cancel', {
    config: {
      policy: 'user-or-admin', scope: 'refund',
      refuses: ['not_found', 'payment_not_cancelable', 'payment_unreadable', 'request_in_progress', 'unknown_provider'],
    },
    schema: {
      ...describe('cancelPayment', 'Payments', 'Cancel a payment that is not paid, as its payer, its seller or an administrator. 200: it has ended. 202: the provider has not said so yet. A repeat answers the current state'),
      params: PaymentParams,
      response: { 200: ref(Payment), 202: PENDING },
    },
  }, async (request, reply) => {
    const payment = await cancelPayment({ caller: callerOf(request), paymentId: request.params.paymentId })
    if (isChargeOpen(payment)) reply.code(202).header('location', `/api/payments/${payment.paymentId}`)
    return viewOf(request)(payment)
  })

  app.get('/api/payments', {
    config: { policy: 'user' },
    schema: {
      ...describe('listPayments', 'Payments', 'List what you have paid, newest first'),
      querystring: ListPaymentsQuery,
      response: { 200: ref(PaymentList) },
    },
  }, async (request) => {
    const { status = null, ...query } = request.query
    const userId = userOf(request)
    return await pageOf(`payments ${status ?? ''}`, query, async (page) => await listPayments({ userId, status, ...page }), viewOf(request))
  })

  app.post('/api/payments/:paymentId/refund', {
    config: {
      policy: 'user-or-admin', scope: 'refund',
      refuses: [
        'forbidden', 'not_found', 'dispute_open', 'payment_not_refundable', 'payment_unreadable', 'refund_limit_reached', 'request_in_progress', 'refund_exceeds_captured', 'refund_failed',
        'idempotency_key_reused', 'provider_unavailable', 'step_up_required', 'unknown_provider',
      ],
    },
    preValidation: takeNoBodyAsEmpty,
    schema: {
      ...describe('refundPayment', 'Payments', 'Refund a part of a payment, or all that is left. 201: done. 202: the outcome is not known yet'),
      headers: IdempotencyHeader,
      params: PaymentParams,
      body: ref(RefundPaymentBody),
      response: { 200: ref(Payment), 201: ref(Payment), 202: ref(Payment) },
    },
  }, async (request, reply) => {
    const { payment, refund, replayed } = await refundPayment({
      caller: callerOf(request),
      paymentId: request.params.paymentId,
      key: idempotencyKeyOf(request),
      amount: request.body.amount ?? null,
      reason: request.body.reason ?? null,
      providerReference: request.body.providerReference,
    })
    if (refund.status === 'failed') {
      const why = refund.failure === null ? '' : `: ${refund.failure.message}`
      return await sendRefusal(reply, viewOf(request), { code: 'refund_failed', detail: `the provider has refused this refund for good${why}`, payment, failure: refund.failure, replayed })
    }
    return await sendPayment(reply, viewOf(request), { payment, replayed, isPending: refund.status === 'pending' })
  })
}

/** These fields of a request, where it has them: a field that is left out must not change its fingerprint. */
function given<Body extends object, Name extends keyof Body> (body: Body, names: readonly Name[]): Partial<Pick<Body, Name>> {
  const entries = names.filter((name) => body[name] !== undefined).map((name) => [name, body[name]])
  return Object.fromEntries(entries) as Partial<Pick<Body, Name>>
}

/** The address with its phone number as it is stored. */
function deliveryAddress ({ phone, ...address }: DeliveryAddress): DeliveryAddress {
  return phone === undefined ? address : { ...address, phone: e164(phone) }
}

interface Outcome {
  readonly payment: PaymentEntity
  /** Whether an earlier request with the same key did the work. */
  readonly replayed: boolean
}

async function sendPayment (reply: FastifyReply, view: PaymentView, { payment, replayed, isPending }: Outcome & { readonly isPending: boolean }): Promise<never> {
  if (replayed) reply.headers(REPLAYED)
  if (isPending) reply.code(202).header('location', `/api/payments/${payment.paymentId}`)
  else reply.code(replayed ? 200 : 201)
  return await reply.send(view(payment))
}

interface RefusedOutcome extends Outcome {
  readonly code: ProblemCode
  readonly detail: string
  /** Why the provider declined the payment, or refused the refund, where it said so. */
  readonly failure?: Failure | null
}

/** Answers a business outcome that is a problem to the client, with the payment in its current state. */
async function sendRefusal (reply: FastifyReply, view: PaymentView, { code, detail, payment, failure = null, replayed }: RefusedOutcome): Promise<never> {
  if (replayed) reply.headers(REPLAYED)
  const body = {
    ...problem(code, detail, reply.request.id),
    ...(failure !== null && { declineCode: failure.code }),
    payment: view(payment),
  }
  return await reply.code(body.status).type('application/problem+json').send(body)
}
