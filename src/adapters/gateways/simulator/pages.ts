import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { Delay } from './delay.js'
import { noticePage, paymentPage, type Page } from './payment-page.js'
import type { Charge, Provider } from './provider.js'

const FORM_BYTES_MAX = 1024

export interface PagesOptions {
  readonly provider: Provider
  readonly delay: Delay
  /** How long a payer who has decided waits at most until the shop knows. */
  readonly newsWaitMs: number
}

interface PageRoute {
  Params: { reference: string }
}

interface DecisionRoute extends PageRoute {
  Body: URLSearchParams | undefined
}

/** The hosted payment page, as a real provider has one: on it the payer approves or refuses, and goes back to the shop. */
export function makePages ({ provider, delay, newsWaitMs }: PagesOptions): FastifyPluginAsync {
  const path = '/simulator/pay/:reference'
  const route = { config: { policy: 'public' }, schema: { hide: true } } as const

  return async function pages (app) {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
      async (_request: unknown, body: string) => new URLSearchParams(body))

    app.get<PageRoute>(path, route, async ({ params }, reply) => {
      const charge = provider.findByReference(params.reference)
      return charge === undefined ? unknownPayment(reply) : show(reply, 200, paymentPage(charge))
    })

    app.post<DecisionRoute>(path, route, async ({ params, body }, reply) => {
      const decision = body?.get('decision')
      if (decision !== 'approve' && decision !== 'refuse') {
        return show(reply, 400, noticePage('No decision', 'Go back and choose one of the two buttons.'))
      }
      const charge = provider.decide(params.reference, decision === 'approve')
      if (charge === undefined) return unknownPayment(reply)
      // The shop asks for the payment as soon as the payer is back, and should find it settled.
      await Promise.race([charge.news, delay(newsWaitMs)])
      return charge.returnUrl === null
        ? show(reply, 200, paymentPage(charge))
        : reply.redirect(backToShop(charge.returnUrl, charge), 303)
    })
  }
}

function unknownPayment (reply: FastifyReply): FastifyReply {
  return show(reply, 404, noticePage('No such payment', 'The simulator does not know this payment, or has forgotten it at a restart.'))
}

function show (reply: FastifyReply, status: number, { html, contentSecurityPolicy }: Page): FastifyReply {
  return reply.code(status).headers({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }).send(html)
}

function backToShop (returnUrl: string, { paymentId, outcome }: Readonly<Charge>): string {
  const url = new URL(returnUrl)
  url.searchParams.set('paymentId', paymentId)
  url.searchParams.set('status', outcome.status)
  return url.href
}
