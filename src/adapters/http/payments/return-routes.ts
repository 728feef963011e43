import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { languageOf, makePage, type Language, type Page, type Texts } from '#adapters/pages/page.js'
import { describe } from '../openapi/openapi.js'
import { answerWithPage } from '../shared/error-handler.js'
import { PaymentParams } from './schemas.js'

const PATH = '/api/payments/:paymentId/return'
/** Where the payer of a payment comes back to. Payments from before keys have addresses without one. */
export function returnPath ({ paymentId, returnKey }: Pick<Payment, 'paymentId' | 'returnKey'>): string {
  const path = PATH.replace(':paymentId', paymentId)
  return returnKey === null ? path : `${path}?key=${returnKey}`
}

const FORM_MAX_BYTES = 16 * 1024
const TITLE: Texts = { en: 'Payment', tr: 'Ödeme' }
const IN_PROGRESS: Texts = { en: 'The payment is being processed. You can close this page.', tr: 'Ödeme işleniyor. Bu sayfayı kapatabilirsiniz.' }
const RESULTS: Readonly<Record<PaymentStatus, Texts>> = {
  pending: IN_PROGRESS,
  requires_action: { en: 'The payment is not finished yet. Go back to the shop to try again.', tr: 'Ödeme henüz tamamlanmadı. Yeniden denemek için mağazaya dönün.' },
  succeeded: { en: 'The payment was made. You can close this page.', tr: 'Ödeme yapıldı. Bu sayfayı kapatabilirsiniz.' },
  failed: { en: 'The payment was declined. Go back to the shop to try again.', tr: 'Ödeme reddedildi. Yeniden denemek için mağazaya dönün.' },
  canceled: { en: 'The payment was canceled.', tr: 'Ödeme iptal edildi.' },
  partially_refunded: { en: 'The payment was made, and partly refunded.', tr: 'Ödeme yapıldı ve bir kısmı iade edildi.' },
  refunded: { en: 'The payment was refunded.', tr: 'Ödeme iade edildi.' },
  disputed: { en: 'The payment is in dispute.', tr: 'Ödemeye itiraz edildi.' },
}
const NEUTRAL: Texts = { en: 'Go back to the shop to see how the payment stands.', tr: 'Ödemenin durumunu görmek için mağazaya dönün.' }

/** A status that a newer version of the service wrote reads like a pending one, as clients are told to treat it. */
const resultOf = (status: string): Texts => (RESULTS as Readonly<Record<string, Texts>>)[status] ?? IN_PROGRESS

function page (language: Language, texts: Texts): Page {
  return makePage(language, TITLE[language], `<p role="status">${texts[language]}</p>`)
}

/** For everything but a payer with the key of their payment: it says nothing about any payment. */
const neutralPage = (language: Language): Page => page(language, NEUTRAL)

/** At the end of a sale hundreds of payers come back behind one address, so no limit goes by address. Look-ups are limited by payment. */
const config = { policy: 'public', rateLimit: false, problemPage: neutralPage('en').html, refuses: ['not_found', 'payload_too_large', 'unsupported_media_type'] } as const

const schema = {
  params: PaymentParams,
  querystring: Type.Object({ key: Type.Optional(Type.String({ description: 'Part of the address that the provider was given' })) }),
  response: {
    200: { description: 'A page with the status of the payment, for a payment without a `returnUrl`', content: { 'text/html': { schema: Type.String(), example: page('en', RESULTS.succeeded).html } } },
    303: { description: 'Redirects to the `returnUrl` of the payment, with `paymentId` and `status` in the query', type: 'null' },
  },
}

interface ReturnRoute {
  readonly Params: { readonly paymentId: string }
}

/** Where the page of a provider sends the payer back, by a link or by a form. The key apart, its query and its form are ignored. */
export const returnRoutes: FastifyPluginAsync<PaymentUseCases> = async (app, { returnPayer }) => {
  app.setErrorHandler(answerWithPage(neutralPage))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: FORM_MAX_BYTES }, (_request, _body, done) => { done(null, undefined) })
  // The query may hold a reference of the provider that looks like a card number, which the card guard would refuse.
  app.addHook('preValidation', async (request) => { request.query = {} })

  app.get<ReturnRoute>(PATH, {
    config,
    schema: { ...describe('returnPayer', 'Payments', 'Return from the page of a provider'), ...schema },
  }, send)

  app.post<ReturnRoute>(PATH, {
    config,
    schema: { ...describe('returnPayerByForm', 'Payments', 'Return from the page of a provider by a form'), ...schema },
  }, send)

  async function send ({ params, url, headers }: FastifyRequest<ReturnRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const payment = await returnPayer({ paymentId: params.paymentId, key: keyIn(url) })
    const language = languageOf(headers['accept-language'])
    const shown = payment === null ? neutralPage(language) : page(language, resultOf(payment.status))
    reply.headers(shown.headers)
    if (payment === null) return await reply.code(404).send(shown.html)
    return payment.returnUrl === null ? await reply.send(shown.html) : await reply.redirect(backToShop(payment.returnUrl, payment), 303)
  }
}

function keyIn (url: string): string | null {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('key')
}

function backToShop (returnUrl: string, { paymentId, status }: Payment): string {
  const url = new URL(returnUrl)
  url.searchParams.set('paymentId', paymentId)
  url.searchParams.set('status', status)
  return url.href
}
