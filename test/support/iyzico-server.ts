import { createHmac } from 'node:crypto'
import type { Test } from 'tap'
import { START } from './builders.js'
import { startProviderServer, type ProviderReply, type ProviderRequest, type ProviderServer } from './provider-server.js'

export const API_KEY = 'sandbox-api-key-of-the-tests'
export const SECRET_KEY = 'sandbox-secret-key-of-the-tests'

/** An answer of iyzico; amounts stand in it as `@10.5@` until they are written the way that is under test. */
export type IyzicoAnswer = Record<string, unknown>

export interface Line { readonly id: string, readonly cents: number }
interface Refund { readonly conversationId: string, readonly line: string, readonly cents: number }
interface Attempt { readonly paymentId: string, readonly form: Form, readonly status: string, readonly code: string, readonly paidCents: number, readonly fraudStatus: number, readonly refunds: Refund[] }
interface Form { readonly token: string, readonly conversationId: string, readonly basketId: string, readonly currency: string, readonly cents: number, readonly lines: readonly Line[] }

export interface IyzicoServer extends ProviderServer {
  readonly effects: () => { readonly charges: number, readonly refunds: number }
  /** The payer pays on the page of that token. */
  readonly pay: (token: string, how?: { readonly paidCents?: number, readonly fraudStatus?: number }) => void
  /** The payer's card is declined there, or he has not got further than `status`. */
  readonly fail: (token: string, code: string, status?: string) => void
  /** Somebody pays on each page at once, though its address is under way still. */
  payAtOnce: boolean
  /** What its clock says, in milliseconds since 1970. */
  time: number
  /** How amounts are written: as numbers, as numbers with all their decimals, or as texts. */
  amounts: 'number' | 'decimals' | 'text'
  /** Changes answers after they are signed. */
  alter: (answer: IyzicoAnswer) => IyzicoAnswer
}

/** An iyzico in memory: it demands signed requests, and answers in the documented shapes under signatures of its own. */
export async function startIyzicoServer (t: Test): Promise<IyzicoServer> {
  const forms = new Map<string, Form>()
  const attempts: Attempt[] = []
  const provider = await startProviderServer(t, serve)
  const server: IyzicoServer = {
    ...provider,
    effects: () => ({ charges: attempts.filter(({ status }) => status === 'SUCCESS').length, refunds: new Set(attempts.flatMap(({ refunds }) => refunds.map(({ conversationId }) => conversationId))).size }),
    pay: (token, { paidCents = formOf(token).cents, fraudStatus = 1 } = {}) => { attempt(token, { status: 'SUCCESS', code: '', paidCents, fraudStatus }) },
    fail: (token, code, status = 'FAILURE') => { attempt(token, { status, code, paidCents: formOf(token).cents, fraudStatus: 1 }) },
    payAtOnce: false,
    time: Date.parse(START) + 60_000,
    amounts: 'number',
    alter: (answer) => answer,
  }
  return server

  function formOf (token: string): Form {
    const form = forms.get(token)
    if (form === undefined) throw new Error(`there is no page ${token}`)
    return form
  }

  function attempt (token: string, outcome: Pick<Attempt, 'status' | 'code' | 'paidCents' | 'fraudStatus'>): void {
    attempts.push({ paymentId: String(24_000_000 + attempts.length), form: formOf(token), refunds: [], ...outcome })
  }

  function serve (request: ProviderRequest): ProviderReply {
    const { pathname, searchParams } = new URL(request.path, 'http://iyzico')
    const answer = isSigned(request, pathname) ? route(request.method, pathname, searchParams, request.body) : failure('1000')
    const text = JSON.stringify(server.alter({ locale: 'tr', systemTime: server.time, ...answer }))
    return { body: text.replace(/"@([\d.]+)@"/g, (_, amount: string) => written(amount)) }
  }

  function written (amount: string): string {
    switch (server.amounts) {
      case 'number': return amount
      case 'decimals': return withDecimals(amount, 8)
      case 'text': return `"${withDecimals(amount, 2)}"`
    }
  }

  function route (method: string, path: string, query: URLSearchParams, bytes: Buffer): IyzicoAnswer {
    if (method === 'GET' && path === '/v2/reporting/payment/details') return report(String(query.get('paymentConversationId')))
    const body = JSON.parse(bytes.toString()) as Record<string, string>
    switch (path) {
      case '/payment/iyzipos/checkoutform/initialize/auth/ecom': return initialize(JSON.parse(bytes.toString()) as InitializeBody)
      case '/payment/iyzipos/checkoutform/auth/ecom/detail': return formDetail(String(body['token']), String(body['conversationId']))
      case '/payment/detail': return paymentDetail(String(body['paymentId']), String(body['conversationId']))
      case '/v2/payment/refund': return refund(String(body['paymentId']), String(body['conversationId']), centsOf(String(body['price'])))
      default: return failure('11')
    }
  }

  function initialize (body: InitializeBody): IyzicoAnswer {
    const { conversationId, basketId, currency, price, buyer, basketItems } = body
    const lines = basketItems.map(({ id, price }) => ({ id, cents: centsOf(price) }))
    const cents = centsOf(price)
    if (lines.reduce((sum, line) => sum + line.cents, 0) !== cents) return failure('5062')
    if (buyer.identityNumber === '00000000000') return failure('5')
    const token = `077aff05-1e9b-44aa-aa11-${String(forms.size).padStart(12, '0')}`
    forms.set(token, { token, conversationId, basketId, currency, cents, lines })
    if (server.payAtOnce) server.pay(token)
    return signed({ status: 'success', conversationId, token, paymentPageUrl: `https://sandbox-cpp.iyzipay.com?token=${token}&lang=tr` }, [conversationId, token])
  }

  function formDetail (token: string, conversationId: string): IyzicoAnswer {
    const last = attempts.findLast(({ form }) => form.token === token)
    if (last === undefined) return failure('5122')
    const shared = { conversationId, token, paymentStatus: last.status, callbackUrl: 'https://api.example/return' }
    if (last.code !== '') return { ...failure(last.code), ...shared }
    const fields = paymentFields(last)
    const values = [last.status, last.paymentId, last.form.currency, last.form.basketId, conversationId, plain(last.paidCents), plain(last.form.cents), token]
    return signed({ ...fields, ...shared }, values)
  }

  function paymentDetail (paymentId: string, conversationId: string): IyzicoAnswer {
    const known = attempts.find((one) => one.paymentId === paymentId)
    if (known === undefined) return failure('5006')
    const { form } = known
    return signed({ ...paymentFields(known), conversationId, paymentStatus: known.status },
      [paymentId, form.currency, form.basketId, conversationId, plain(known.paidCents), plain(form.cents)])
  }

  function refund (paymentId: string, conversationId: string, cents: number): IyzicoAnswer {
    const paid = attempts.find((one) => one.paymentId === paymentId && one.status === 'SUCCESS')
    if (paid === undefined) return failure('5006')
    const left = paid.form.lines.map(({ id, cents }) => ({ id, cents: cents - refundedOf(paid, id) }))
    if (left.reduce((sum, line) => sum + line.cents, 0) < cents) return failure('5999')
    let open = cents
    for (const { id, cents } of left) {
      const part = Math.min(open, cents)
      open -= part
      if (part > 0) paid.refunds.push({ conversationId, line: id, cents: part })
    }
    const { currency } = paid.form
    return signed({ status: 'success', conversationId, paymentId, price: `@${plain(cents)}@`, currency }, [paymentId, plain(cents), currency, conversationId])
  }

  function report (conversationId: string): IyzicoAnswer {
    return { status: 'success', payments: attempts.filter(({ form }) => form.conversationId === conversationId).map(reportOf) }
  }
}

interface InitializeBody {
  readonly conversationId: string
  readonly basketId: string
  readonly currency: string
  readonly price: string
  readonly buyer: { readonly identityNumber: string }
  readonly basketItems: ReadonlyArray<{ readonly id: string, readonly price: string }>
}

function paymentFields ({ paymentId, form, paidCents, fraudStatus }: Attempt): IyzicoAnswer {
  const { basketId, currency, cents } = form
  return { status: 'success', paymentId, basketId, currency, price: `@${plain(cents)}@`, paidPrice: `@${plain(paidCents)}@`, fraudStatus }
}

const REPORTED_STATUSES: Readonly<Record<string, number>> = { FAILURE: 0, SUCCESS: 1, INIT_THREEDS: 2, CALLBACK_THREEDS: 3, INIT_BANK_TRANSFER: 8 }

/** Reporting writes ids as numbers, and the states of a payment as numbers of another kind. */
function reportOf (attempt: Attempt): IyzicoAnswer {
  const { paymentId, form, status, refunds } = attempt
  const itemTransactions = form.lines.map(({ id }) => ({
    itemId: id,
    refunds: refunds.filter(({ line }) => line === id).map(({ conversationId, cents }, index) => ({
      refundTxId: Number(paymentId) * 100 + index,
      refundConversationId: conversationId,
      refundPrice: `@${plain(cents)}@`,
      refundStatus: 1,
      currencyCode: form.currency,
    })),
  }))
  return {
    ...paymentFields(attempt),
    paymentId: Number(paymentId),
    paymentStatus: REPORTED_STATUSES[status],
    paymentConversationId: form.conversationId,
    cancels: [],
    itemTransactions,
  }
}

function refundedOf ({ refunds }: Attempt, id: string): number {
  return refunds.filter(({ line }) => line === id).reduce((sum, { cents }) => sum + cents, 0)
}

export function centsOf (price: string): number {
  return Math.round(Number(price) * 100)
}

/** As iyzico signs it: without zeros at its end. */
function plain (cents: number): string {
  return String(cents / 100)
}

/** Text by text: a float would make 999999999.99 to 999999999.99000001. */
function withDecimals (amount: string, digits: number): string {
  const [whole = '', fraction = ''] = amount.split('.')
  return `${whole}.${fraction.padEnd(digits, '0')}`
}

function failure (errorCode: string): IyzicoAnswer {
  return { status: 'failure', errorCode, errorMessage: `refused with ${errorCode}`, errorGroup: 'GROUP' }
}

function signed (answer: IyzicoAnswer, values: readonly string[]): IyzicoAnswer {
  return { ...answer, signature: hmac(values.join(':')) }
}

export function hmac (text: string | Buffer, secretKey = SECRET_KEY): string {
  return createHmac('sha256', secretKey).update(text).digest('hex')
}

/** Whether the request carries our signature over exactly the bytes that came. */
function isSigned ({ headers, body }: ProviderRequest, path: string): boolean {
  const random = String(headers['x-iyzi-rnd'])
  const signature = hmac(Buffer.concat([Buffer.from(random + path), body]))
  const expected = Buffer.from(`apiKey:${API_KEY}&randomKey:${random}&signature:${signature}`).toString('base64')
  return headers.authorization === `IYZWSv2 ${expected}`
}
