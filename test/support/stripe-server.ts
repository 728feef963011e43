import { createHash } from 'node:crypto'
import { startProviderServer, type Lasting, type ProviderReply, type ProviderRequest, type ProviderServer } from './provider-server.js'

export const STRIPE_KEY = 'sk_test_keyOfTheTests'
const VERSION = '2026-10-28.endive'

export type StripeObject = Record<string, unknown>

export interface StripeServer extends ProviderServer {
  readonly effects: () => { readonly charges: number, readonly refunds: number }
  readonly intents: Map<string, StripeObject>
  readonly sessions: Map<string, StripeObject>
  readonly refunds: StripeObject[]
  readonly disputes: StripeObject[]
  /** Stripe forgets its keys, as it may after a day. */
  readonly forgetKeys: () => void
  /** The payer pays on the page of that id. */
  readonly pay: (sessionId: string, changes?: StripeObject) => void
  /** Changes answers before they are sent. */
  alter: (answer: StripeObject) => StripeObject
  /** The present time of the server, in seconds. */
  now: number
}

type Form = ReadonlyMap<string, string>

/** A Stripe in memory: it demands our key, version and idempotency keys, and answers in the documented shapes. */
export async function startStripeServer (t: Lasting): Promise<StripeServer> {
  const intents = new Map<string, StripeObject>()
  const sessions = new Map<string, StripeObject>()
  const refunds: StripeObject[] = []
  const disputes: StripeObject[] = []
  const keys = new Map<string, { readonly digest: string, readonly reply: ProviderReply }>()
  const provider = await startProviderServer(t, serve)
  const server: StripeServer = {
    ...provider,
    intents,
    sessions,
    refunds,
    disputes,
    effects: () => ({ charges: [...intents.values()].filter(({ status }) => status === 'succeeded').length, refunds: refunds.length }),
    forgetKeys: () => { keys.clear() },
    pay (sessionId, changes = {}) {
      const session = sessions.get(sessionId) ?? {}
      if (session['status'] !== 'open') return
      const intent = newIntent(Number(session['amount_total']), String(session['currency']), session['metadata'], { status: 'succeeded', amount_received: session['amount_total'], ...changes })
      Object.assign(session, { status: 'complete', payment_status: intent['status'] === 'succeeded' ? 'paid' : 'unpaid', url: null, payment_intent: intent['id'] })
    },
    alter: (answer) => answer,
    now: Date.parse('2026-03-01T12:00:01.000Z') / 1000,
  }
  return server

  function serve (request: ProviderRequest): ProviderReply {
    const { headers, method } = request
    if (headers.authorization !== `Bearer ${STRIPE_KEY}`) return error(401, 'invalid_request_error', 'api_key_invalid', `Invalid API Key provided: ${String(headers.authorization)}`)
    if (headers['stripe-version'] !== VERSION) return error(400, 'invalid_request_error', 'invalid_version')
    const url = new URL(request.path, 'http://stripe')
    if (method === 'GET') return sent(read(url))
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') return error(400, 'invalid_request_error', 'no_form')
    const closed = close(url.pathname)
    if (closed !== null) return sent(closed)
    const key = headers['idempotency-key']
    if (typeof key !== 'string') return error(400, 'invalid_request_error', 'no_idempotency_key')
    const digest = createHash('sha256').update(url.pathname).update(request.body).digest('hex')
    const known = keys.get(key)
    if (known !== undefined) return known.digest === digest ? known.reply : error(400, 'idempotency_error', 'idempotency_key_reused')
    const reply = sent(write(url.pathname, new Map(new URLSearchParams(request.body.toString()))))
    // What was not begun is not kept.
    if (reply.status === 200 || reply.status === 402) keys.set(key, { digest, reply: structuredClone(reply) })
    return reply
  }

  function sent (reply: ProviderReply): ProviderReply {
    const body = server.alter(reply.body as StripeObject)
    return { status: 'error' in body && reply.status === 200 ? 404 : Number(reply.status), body }
  }

  function read ({ pathname, searchParams }: URL): ProviderReply {
    const [, , kind = '', id = '', sub = ''] = pathname.split('/')
    const intent = String(searchParams.get('payment_intent'))
    if (kind === 'payment_intents' && id === 'search') {
      const wanted = /^metadata\['paymentId'\]:'(pay_\w+)'$/.exec(String(searchParams.get('query')))?.[1]
      // Stripe's search is late: what is an hour old is found.
      const data = [...intents.values()].filter(({ metadata, created }) => (metadata as StripeObject)['paymentId'] === wanted && Number(created) <= server.now - 3_600)
      return found({ object: 'search_result', has_more: false, data })
    }
    if (kind === 'payment_intents') return found(intents.get(id))
    if (kind === 'checkout') return found(expanded(sessions.get(sub)))
    const all = (kind === 'refunds' ? refunds : disputes).filter((one) => one['payment_intent'] === intent)
    const rest = all.slice(all.findIndex((one) => one['id'] === searchParams.get('starting_after')) + 1)
    const limit = Number(searchParams.get('limit'))
    return found({ object: 'list', has_more: rest.length > limit, data: rest.slice(0, limit) })
  }

  /** Closing what is closed does no harm, so it needs no key. Null for another request. */
  function close (path: string): ProviderReply | null {
    const [, kind, id = ''] = /^\/v1\/(payment_intents|checkout\/sessions)\/(\w+)\/(?:cancel|expire)$/.exec(path) ?? []
    if (kind === undefined) return null
    const [one, open, end] = kind === 'payment_intents'
      ? [intents.get(id), ['requires_payment_method', 'requires_action', 'requires_capture'], 'canceled']
      : [sessions.get(id), ['open'], 'expired']
    if (one === undefined || !open.includes(String(one['status']))) return error(400, 'invalid_request_error', 'unexpected_state')
    return found(Object.assign(one, { status: end, url: null }))
  }

  function expanded (session: StripeObject | undefined): StripeObject | undefined {
    return session === undefined ? undefined : { ...session, payment_intent: intents.get(String(session['payment_intent'])) ?? null }
  }

  function write (path: string, form: Form): ProviderReply {
    if (path === '/v1/payment_intents') return createIntent(form)
    if (path === '/v1/checkout/sessions') return createSession(form)
    if (path === '/v1/refunds') return createRefund(form)
    const id = /^\/v1\/payment_intents\/(\w+)\/confirm$/.exec(path)?.[1]
    return id === undefined ? error(404, 'invalid_request_error', 'resource_missing') : confirm(intents.get(id) ?? {}, form)
  }

  function createIntent (form: Form): ProviderReply {
    if (Number(form.get('amount')) < 50) return error(400, 'invalid_request_error', 'amount_too_small', `${STRIPE_KEY} may not`)
    return found(structuredClone(newIntent(Number(form.get('amount')), String(form.get('currency')), metadataOf(form, 'metadata'))))
  }

  function newIntent (amount: number, currency: string, metadata: unknown, changes: StripeObject = {}): StripeObject {
    const id = `pi_${intents.size + 1}`
    const intent = { id, object: 'payment_intent', amount, amount_received: 0, currency, metadata, created: server.now, status: 'requires_payment_method', last_payment_error: null, next_action: null, ...changes }
    intents.set(id, intent)
    return intent
  }

  function confirm (intent: StripeObject, form: Form): ProviderReply {
    if (intent['status'] !== 'requires_payment_method' || intent['last_payment_error'] !== null) return error(400, 'invalid_request_error', 'payment_intent_unexpected_state')
    const failure = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds', message: 'Your card has insufficient funds.' }
    switch (form.get('payment_method')) {
      case 'pm_card_visa': Object.assign(intent, { status: 'succeeded', amount_received: intent['amount'] }); break
      case 'pm_processing': intent['status'] = 'processing'; break
      case 'pm_3ds':
        Object.assign(intent, { status: 'requires_action', next_action: { type: 'redirect_to_url', redirect_to_url: { url: 'https://hooks.stripe.example/3ds', return_url: form.get('return_url') } } })
        break
      case 'pm_boleto':
        Object.assign(intent, { status: 'requires_action', next_action: { type: 'boleto_display_details', boleto_display_details: { hosted_voucher_url: 'https://payments.stripe.com/boleto/voucher/1', expires_at: server.now + 259_200 } } })
        break
      case 'pm_declined':
        intent['last_payment_error'] = failure
        return { status: 402, body: { error: { ...failure, payment_intent: structuredClone(intent) } } }
      default: return error(400, 'invalid_request_error', 'resource_missing', 'No such PaymentMethod')
    }
    return found(structuredClone(intent))
  }

  function createSession (form: Form): ProviderReply {
    const id = `cs_test_${sessions.size + 1}`
    const amount = Number(form.get('line_items[0][price_data][unit_amount]')) * Number(form.get('line_items[0][quantity]'))
    const openS = Number(form.get('expires_at') ?? server.now + 86_400) - server.now
    if (form.get('mode') !== 'payment' || amount < 50) return error(400, 'invalid_request_error', 'amount_too_small')
    if (openS < 1_800 || openS > 86_400) return error(400, 'invalid_request_error', 'parameter_invalid_integer')
    const session = {
      id,
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      expires_at: server.now + openS,
      url: `https://checkout.stripe.com/c/pay/${id}`,
      client_reference_id: form.get('client_reference_id'),
      amount_total: amount,
      currency: form.get('line_items[0][price_data][currency]'),
      metadata: metadataOf(form, 'payment_intent_data[metadata]'),
      payment_intent: null,
    }
    sessions.set(id, session)
    return found({ ...session })
  }

  function createRefund (form: Form): ProviderReply {
    const paid = intents.get(String(form.get('payment_intent')))
    const amount = Number(form.get('amount'))
    if (disputes.some((one) => one['payment_intent'] === paid?.['id'] && one['status'] === 'needs_response')) return error(400, 'invalid_request_error', 'charge_disputed')
    const earlier = refunds.filter((one) => one['payment_intent'] === paid?.['id'] && one['status'] !== 'failed').reduce((sum, one) => sum + Number(one['amount']), 0)
    if (paid === undefined || earlier + amount > Number(paid['amount_received'])) return error(400, 'invalid_request_error', 'charge_already_refunded')
    const refund = { id: `re_${1000 + refunds.length}`, object: 'refund', amount, currency: paid['currency'], payment_intent: paid['id'], metadata: metadataOf(form, 'metadata'), status: 'succeeded' }
    refunds.push(refund)
    return found({ ...refund })
  }
}

function metadataOf (form: Form, name: string): StripeObject {
  return { paymentId: form.get(`${name}[paymentId]`), ...(form.has(`${name}[refundId]`) ? { refundId: form.get(`${name}[refundId]`) } : {}) }
}

function found (body: StripeObject | undefined): ProviderReply {
  return body === undefined ? error(404, 'invalid_request_error', 'resource_missing') : { status: 200, body }
}

export function error (status: number, type: string, code: string, message = 'refused'): ProviderReply {
  return { status, body: { error: { type, code, message } } }
}
