import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { PaymentParams } from './schemas.js'
import { describe, problems } from '../openapi/route-docs.js'

const PATH = '/api/payments/:paymentId/return'
const FORM_MAX_BYTES = 16 * 1024
/** A person comes back once or twice. Many may share an address, and each who is not done costs a question to the provider. */
const rateLimit = { max: 60 }

const RESULTS: Readonly<Record<PaymentStatus, string>> = {
  pending: 'The payment is being processed. You can close this page.',
  requires_action: 'The payment is not finished yet. Go back to the shop to try again.',
  succeeded: 'The payment was made. You can close this page.',
  failed: 'The payment was declined. Go back to the shop to try again.',
  canceled: 'The payment was canceled.',
  partially_refunded: 'The payment was made, and partly refunded.',
  refunded: 'The payment was refunded.',
  disputed: 'The payment is in dispute.',
}

const page = (status: PaymentStatus): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Payment</title></head><body><p role="status">${RESULTS[status]}</p></body></html>`

const schema = {
  params: PaymentParams,
  response: {
    200: { description: 'A page that says how it stands, where the shop has named none of its own', content: { 'text/html': { schema: Type.String(), example: page('succeeded') } } },
    303: { description: 'To the returnUrl of the payment, with `paymentId` and `status`', type: 'null' },
    ...problems(400, 404, 413, 415, 422),
  },
}

interface ReturnRoute {
  readonly Params: { readonly paymentId: string }
}

/** Where a provider's page sends the payer back to, by a link or by a form. What it sends along is thrown away unread. */
export const returnRoutes: FastifyPluginAsync<PaymentUseCases> = async (app, { returnPayer }) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: FORM_MAX_BYTES }, (_request, _body, done) => { done(null, undefined) })
  // A reference of a provider may look like a card number, which would be refused.
  app.addHook('preValidation', async (request) => { request.query = {} })

  app.get<ReturnRoute>(PATH, {
    config: { policy: 'public', rateLimit },
    schema: { ...describe('returnPayer', 'Payments', 'Where a provider\'s page sends the payer back to', 'none'), ...schema },
  }, send)

  app.post<ReturnRoute>(PATH, {
    config: { policy: 'public', rateLimit },
    schema: { ...describe('returnPayerByForm', 'Payments', 'The same, by a form', 'none'), ...schema },
  }, send)

  async function send ({ params }: FastifyRequest<ReturnRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const payment = await returnPayer(params.paymentId)
    reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    return payment.returnUrl === null
      ? await reply.type('text/html; charset=utf-8').send(page(payment.status))
      : await reply.redirect(backToShop(payment.returnUrl, payment), 303)
  }
}

function backToShop (returnUrl: string, { paymentId, status }: Payment): string {
  const url = new URL(returnUrl)
  url.searchParams.set('paymentId', paymentId)
  url.searchParams.set('status', status)
  return url.href
}
