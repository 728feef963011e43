import { createHash } from 'node:crypto'
import { formatMoney } from '#domain/money.js'
import type { Charge } from './provider.js'

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
}

export interface Page {
  readonly html: string
  readonly contentSecurityPolicy: string
}

/** The page on which the payer decides, or reads how it ended. */
export function paymentPage ({ paymentId, orderId, amount, currency, outcome, returnUrl }: Readonly<Charge>): Page {
  const decision = outcome.status === 'requires_action'
    ? `<form method="post">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="refuse">Refuse</button>
</form>`
    : `<p role="status">${RESULTS[outcome.status]}</p>`
  return page('Simulated payment', `<p class="amount">${escaped(`${formatMoney({ amount, currency })} ${currency}`)}</p>
<p>Order ${escaped(orderId)}<br><small>${escaped(paymentId)}</small></p>
${decision}
<small>This is the simulator: no money moves.</small>`, returnUrl)
}

/** A page that says one thing. */
export function noticePage (title: string, text: string): Page {
  return page(title, `<p>${escaped(text)}</p>`, null)
}

/**
 * No script, no address but its own. Browsers hold a redirect after a form against `form-action` too,
 * so that the shop to which the payer goes back is allowed there.
 */
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
