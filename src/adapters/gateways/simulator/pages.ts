import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { Delay } from './delivery.js'
import type { Bank } from './bank.js'
import type { Charge } from './charge.js'
import { createHash } from 'node:crypto'
import { formatMoney } from '#domain/money.js'

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

    app.get<PageRoute>(path, route, async ({ params }, reply) => {
      const charge = bank.findByReference(params.reference)
      return charge === undefined ? unknownPayment(reply) : show(reply, 200, paymentPage(charge))
    })

    app.post<DecisionRoute>(path, route, async ({ params, body }, reply) => {
      const decision = body?.get('decision')
      if (decision !== 'approve' && decision !== 'refuse') {
        return show(reply, 400, noticePage('No decision', 'Go back and choose one of the two buttons.'))
      }
      const charge = bank.decide(params.reference, decision === 'approve')
      if (charge === undefined) return unknownPayment(reply)
      // The shop reads the payment as soon as the payer is back, and should find it settled.
      await Promise.race([charge.news, delay(newsWaitMs)])
      return charge.returnUrl === null
        ? show(reply, 200, paymentPage(charge))
        : reply.redirect(backToShop(charge.returnUrl, charge), 303)
    })
  }
}

function unknownPayment (reply: FastifyReply): FastifyReply {
  return show(reply, 404, noticePage('No such payment', 'The simulator does not know this payment, or a restart has removed it.'))
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

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center }
main { box-sizing: border-box; width: min(26rem, 100%); padding: 2rem; border: 1px solid #8886; border-radius: 12px }
h1 { margin: 0; font-size: 1.25rem }
.amount { margin: 1rem 0 0; font-size: 2rem; font-weight: 600 }
small { color: GrayText }
form { display: flex; gap: .75rem; margin: 1.5rem 0 1rem }
button { flex: 1; padding: .75rem; border: 1px solid #8888; border-radius: 8px; background: none; color: inherit; font: inherit; cursor: pointer }
button[value=approve] { border-color: #1a7f37; background: #1a7f37; color: #fff }
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

const RESULTS = {
  succeeded: 'The payment was approved.',
  failed: 'The payment was refused.',
  processing: 'The payment is being processed.',
  canceled: 'The payment was canceled.',
}

const VOUCHER = 'This is your voucher. Pay it at a counter: the simulator does it for you after two seconds.'

interface Page {
  readonly html: string
  readonly contentSecurityPolicy: string
}

/** The page on which the payer decides, or reads the outcome. */
function paymentPage ({ paymentId, orderId, amount, currency, outcome, scenario, returnUrl }: Readonly<Charge>): Page {
  const decision = outcome.status === 'requires_action'
    ? `<form method="post">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="refuse">Refuse</button>
</form>`
    : `<p role="status">${outcome.status === 'processing' && scenario.voucher === true ? VOUCHER : RESULTS[outcome.status]}</p>`
  return page('Simulated payment', `<p class="amount">${escaped(`${formatMoney({ amount, currency })} ${currency}`)}</p>
<p>Order ${escaped(orderId)}<br><small>${escaped(paymentId)}</small></p>
${decision}
<small>This is the simulator: no money moves.</small>`, returnUrl)
}

/** A page with one sentence. */
function noticePage (title: string, text: string): Page {
  return page(title, `<p>${escaped(text)}</p>`, null)
}

/** A page without scripts or addresses of others. Browsers apply `form-action` to the redirect after a form too, so it allows the shop. */
function page (title: string, content: string, returnUrl: string | null): Page {
  const formAction = returnUrl === null ? "'self'" : `'self' ${new URL(returnUrl).origin}`
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`,
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
  }
}

function escaped (text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
