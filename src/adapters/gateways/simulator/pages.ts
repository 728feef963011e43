import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { Delay } from '#adapters/exchange/delivery.js'
import type { Bank } from './bank.js'
import type { Charge } from './charge.js'
import { formatMoney } from '#domain/money.js'
import { escaped, languageOf, makePage, type Language, type Page } from '#adapters/pages/page.js'

const FORM_BYTES_MAX = 1024

export interface PagesOptions {
  readonly bank: Bank
  readonly delay: Delay
  /** The longest time that a payer waits after the decision, until the shop knows of it. */
  readonly newsWaitMs: number
}

interface PageRoute {
  Params: { reference: string }
}

interface DecisionRoute extends PageRoute {
  Body: URLSearchParams | undefined
}

/** The hosted payment page: the payer approves or refuses there, and goes back to the shop. */
export function makePages ({ bank, delay, newsWaitMs }: PagesOptions): FastifyPluginAsync {
  const path = '/simulator/pay/:reference'
  const route = { config: { policy: 'public' }, schema: { hide: true } } as const

  return async function pages (app) {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
      async (_request: unknown, body: string) => new URLSearchParams(body))

    app.get<PageRoute>(path, route, async ({ params, headers }, reply) => {
      const charge = bank.findByReference(params.reference)
      const language = languageOf(headers['accept-language'])
      return charge === undefined ? unknownPayment(reply, language) : show(reply, 200, paymentPage(charge, language))
    })

    app.post<DecisionRoute>(path, route, async ({ params, body, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const decision = body?.get('decision')
      if (decision !== 'approve' && decision !== 'refuse') {
        return show(reply, 400, noticePage(language, WORDS[language].noDecision))
      }
      const charge = bank.decide(params.reference, decision === 'approve')
      if (charge === undefined) return unknownPayment(reply, language)
      // The shop reads the payment as soon as the payer is back, and should find it settled.
      await Promise.race([charge.news, delay(newsWaitMs)])
      return charge.returnUrl === null
        ? show(reply, 200, paymentPage(charge, language))
        : reply.redirect(backToShop(charge.returnUrl, charge), 303)
    })
  }
}

function unknownPayment (reply: FastifyReply, language: Language): FastifyReply {
  return show(reply, 404, noticePage(language, WORDS[language].unknown))
}

function show (reply: FastifyReply, status: number, { html, headers }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(html)
}

function backToShop (returnUrl: string, { paymentId, outcome }: Readonly<Charge>): string {
  const url = new URL(returnUrl)
  url.searchParams.set('paymentId', paymentId)
  url.searchParams.set('status', outcome.status)
  return url.href
}

const WORDS = {
  en: {
    title: 'Simulated payment',
    order: 'Order',
    approve: 'Approve',
    refuse: 'Refuse',
    note: 'This is the simulator: no money moves.',
    voucher: 'This is your voucher. Pay it at a counter: the simulator does it for you after two seconds.',
    results: {
      succeeded: 'The payment was approved.',
      failed: 'The payment was refused.',
      processing: 'The payment is being processed.',
      canceled: 'The payment was canceled.',
    },
    unknown: ['No such payment', 'The simulator does not know this payment, or a restart has removed it.'],
    noDecision: ['No decision', 'Go back and choose one of the two buttons.'],
  },
  tr: {
    title: 'Deneme ödemesi',
    order: 'Sipariş',
    approve: 'Onayla',
    refuse: 'Reddet',
    note: 'Bu bir simülatördür: para hareket etmez.',
    voucher: 'Bu sizin ödeme fişiniz. Bir gişede ödeyin: simülatör iki saniye sonra sizin yerinize öder.',
    results: {
      succeeded: 'Ödeme onaylandı.',
      failed: 'Ödeme reddedildi.',
      processing: 'Ödeme işleniyor.',
      canceled: 'Ödeme iptal edildi.',
    },
    unknown: ['Böyle bir ödeme yok', 'Simülatör bu ödemeyi tanımıyor ya da yeniden başlatma onu sildi.'],
    noDecision: ['Seçim yapılmadı', 'Geri dönüp iki düğmeden birini seçin.'],
  },
} as const

/** The page on which the payer decides, or reads the outcome. Browsers apply `form-action` to the redirect after a form too, so it allows the shop. */
function paymentPage ({ paymentId, orderId, amount, currency, outcome, scenario, returnUrl }: Readonly<Charge>, language: Language): Page {
  const words = WORDS[language]
  const decision = outcome.status === 'requires_action'
    ? `<form method="post">
<button name="decision" value="approve">${words.approve}</button>
<button name="decision" value="refuse">${words.refuse}</button>
</form>`
    : `<p role="status">${outcome.status === 'processing' && scenario.voucher === true ? words.voucher : words.results[outcome.status]}</p>`
  return makePage(language, words.title, `<p class="amount">${escaped(`${formatMoney({ amount, currency })} ${currency}`)}</p>
<p>${words.order} ${escaped(orderId)}<br><small>${escaped(paymentId)}</small></p>
${decision}
<small>${words.note}</small>`, returnUrl === null ? '' : new URL(returnUrl).origin)
}

/** A page with one sentence. */
function noticePage (language: Language, [title, text]: readonly [string, string]): Page {
  return makePage(language, title, `<p>${text}</p>`)
}
