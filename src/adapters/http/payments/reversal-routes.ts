import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { DISPUTE_STATUSES, REFUND_STATUSES } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { pageOf, pageQuery } from '../shared/lists.js'
import { oneOf, ref } from '../shared/schemas.js'
import { DisputeList, RefundList } from './reversal-schemas.js'
import { listedDispute, listedRefund } from './view.js'

/** Refunds and disputes across payments. */
export const reversalRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { listRefunds, listDisputes }) => {
  app.get('/api/admin/refunds', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listRefunds', 'Back office', 'List the refunds of all payments, newest first. A page may be short where a status changed a moment ago'),
      querystring: pageQuery({ status: Type.Optional(oneOf(REFUND_STATUSES)) }),
      response: { 200: ref(RefundList) },
    },
  }, async ({ query: { status = null, ...query } }) => await pageOf(`refunds ${status}`, query, async (page) => await listRefunds({ status, ...page }), listedRefund))

  app.get('/api/admin/disputes', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listDisputes', 'Back office', 'List the disputes of all payments, newest first. A page may be short where a status changed a moment ago'),
      querystring: pageQuery({ status: Type.Optional(oneOf(DISPUTE_STATUSES)) }),
      response: { 200: ref(DisputeList) },
    },
  }, async ({ query: { status = null, ...query } }) => await pageOf(`disputes ${status}`, query, async (page) => await listDisputes({ status, ...page }), listedDispute))
}
