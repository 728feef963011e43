import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import type { Payment as PaymentEntity } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { callerOf, userOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { parseIdempotencyKey, REPLAYED } from '../guards/idempotency-key.js'
import { paymentView } from './view.js'
import { ListPaymentsQuery, Payment, PaymentList, PaymentParams, ProcessPaymentBody, RefundPaymentBody } from './schemas.js'
import { problem, type ProblemCode } from '../shared/problem.js'
import { describe, problems } from '../openapi/route-docs.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'
import { takeNoBodyAsEmpty } from '../guards/strict-input.js'

export const paymentRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, useCases) => {
  const { processPayment, getPayment, listPayments, refundPayment } = useCases

  app.post('/api/payments/process', {
    config: { policy: 'user' },
    schema: {
      ...describe('processPayment', 'Payments', 'Pay: 201 done or to be continued on nextAction.url, 202 not known yet, 402 declined'),
      headers: IdempotencyHeader,
      body: ref(ProcessPaymentBody),
      response: { 200: ref(Payment), 201: ref(Payment), 202: ref(Payment), ...problems(400, 401, 402, 409, 413, 415, 422) },
    },
  }, async (request, reply) => {
    const { body } = request
    const { payment, replayed } = await processPayment({
      userId: userOf(request),
      key: parseIdempotencyKey(request.headers['idempotency-key']),
      ip: request.ip,
      request: {
        amount: body.amount,
        currency: body.currency,
        orderId: body.orderId,
        provider: body.provider ?? null,
        token: body.paymentMethod?.token ?? null,
        sellerId: body.sellerId ?? null,
        description: body.description ?? null,
        items: body.items ?? [],
        metadata: body.metadata ?? {},
        returnUrl: body.returnUrl ?? null,
        buyer: body.buyer ?? null,
        billingAddress: body.billingAddress ?? null,
        shippingAddress: body.shippingAddress ?? null,
      },
    })
    if (replayed) reply.headers(REPLAYED)
    if (payment.status === 'failed' || payment.status === 'canceled') {
      return await refuse(reply, 'payment_declined', payment.failure?.message ?? 'the payment was canceled', payment)
    }
    if (payment.status === 'pending') return await reply.code(202).header('location', `/api/payments/${payment.paymentId}`).send(paymentView(payment, callerOf(request)))
    return await reply.code(replayed ? 200 : 201).send(paymentView(payment, callerOf(request)))
  })

  app.get('/api/payments/:paymentId', {
    config: { policy: 'user-or-admin' },
    schema: {
      ...describe('getPayment', 'Payments', 'A payment, for its payer, its seller and administrators'),
      params: PaymentParams,
      response: { 200: ref(Payment), ...problems(400, 401, 404, 422) },
    },
  }, async (request) => paymentView(await getPayment({ caller: callerOf(request), paymentId: request.params.paymentId }), callerOf(request)))

  app.get('/api/payments', {
    config: { policy: 'user' },
    schema: {
      ...describe('listPayments', 'Payments', 'What you have paid, newest first'),
      querystring: ListPaymentsQuery,
      response: { 200: ref(PaymentList), ...problems(400, 401, 422) },
    },
  }, async (request) => {
    const { status = null, ...pageQuery } = request.query
    const list = `payments ${status ?? ''}`
    const { items, nextKey } = await listPayments({ userId: userOf(request), status, ...decodePage(list, pageQuery) })
    return { items: items.map((payment) => paymentView(payment, callerOf(request))), nextCursor: encodeCursor(list, nextKey) }
  })

  app.post('/api/payments/:paymentId/refund', {
    config: { policy: 'user-or-admin' },
    // None of its fields is required, so that the body itself is not either.
    preValidation: takeNoBodyAsEmpty,
    schema: {
      ...describe('refundPayment', 'Payments', 'Refund all that is left or a part: 201 done, 202 not decided yet'),
      headers: IdempotencyHeader,
      params: PaymentParams,
      body: ref(RefundPaymentBody),
      response: { 200: ref(Payment), 201: ref(Payment), 202: ref(Payment), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
    },
  }, async (request, reply) => {
    const { payment, refund, replayed } = await refundPayment({
      caller: callerOf(request),
      paymentId: request.params.paymentId,
      key: parseIdempotencyKey(request.headers['idempotency-key']),
      amount: request.body.amount ?? null,
      reason: request.body.reason ?? null,
    })
    if (replayed) reply.headers(REPLAYED)
    if (refund.status === 'failed') return await refuse(reply, 'refund_failed', 'the provider has refused this refund for good', payment)
    if (refund.status === 'pending') return await reply.code(202).header('location', `/api/payments/${payment.paymentId}`).send(paymentView(payment, callerOf(request)))
    return await reply.code(replayed ? 200 : 201).send(paymentView(payment, callerOf(request)))
  })
}

/** A business outcome that is a problem to the client: it carries the payment as it now is. */
async function refuse (reply: FastifyReply, code: ProblemCode, detail: string, payment: PaymentEntity): Promise<never> {
  const body = {
    ...problem(code, detail, reply.request.id),
    ...(payment.failure === null ? {} : { declineCode: payment.failure.code }),
    payment: paymentView(payment, callerOf(reply.request)),
  }
  return await reply.code(body.status).type('application/problem+json').send(body)
}
