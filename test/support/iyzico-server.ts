import { createHmac } from 'node:crypto'
import type { Test } from 'tap'
import { START } from './builders.js'
import { startProviderServer, type ProviderReply, type ProviderRequest, type ProviderServer } from './provider-server.js'

export const API_KEY = 'sandbox-api-key-of-the-tests'
export const SECRET_KEY = 'sandbox-secret-key-of-the-tests'

/** An answer of iyzico; amounts stand in it as `@10.5@` until they are written the way that is under test. */
export type IyzicoAnswer = Record<string, unknown>

export interface Line { readonly id: string, readonly cents: number }
interface Refund { readonly id: number, readonly conversationId: string | null, readonly line: string, readonly cents: number, readonly done: boolean }
interface Attempt { readonly paymentId: string, readonly form: Form, readonly status: string, readonly code: string, readonly paidCents: number, readonly installment: number, readonly fraudStatus: number, readonly refunds: Refund[], readonly cancels: Refund[] }
interface Form { readonly token: string, readonly conversationId: string, readonly basketId: string, readonly currency: string, readonly cents: number, readonly lines: readonly Line[] }

export interface IyzicoServer extends ProviderServer {
  readonly effects: () => { readonly charges: number, readonly refunds: number }
  /** The payer pays on the page of that token. */
  readonly pay: (token: string, how?: { readonly paidCents?: number, readonly installment?: number, readonly fraudStatus?: number }) => void
  /** The payer's card is declined there, or they have not got further than `status`. */
  readonly fail: (token: string, code: string, status?: string) => void
  /** Someone gives back this much of a payment in the merchant panel; a cancellation gives back everything. */
  readonly refundInPanel: (paymentId: string, cents: number, how?: { readonly done?: boolean }) => void
  readonly cancelInPanel: (paymentId: string) => void
  /** Refuses refunds with this code. */
  refuseRefund: string | null
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
  let nextId = 1
  const provider = await startProviderServer(t, serve)
  const server: IyzicoServer = {
    ...provider,
    effects: () => ({ charges: attempts.filter(({ status }) => status === 'SUCCESS').length, refunds: new Set(attempts.flatMap(({ refunds }) => refunds.map(({ conversationId }) => conversationId))).size }),
    pay: (token, { paidCents = formOf(token).cents, installment = 1, fraudStatus = 1 } = {}) => { attempt(token, { status: 'SUCCESS', code: '', paidCents, installment, fraudStatus }) },
    fail: (token, code, status = 'FAILURE') => { attempt(token, { status, code, paidCents: formOf(token).cents, installment: 1, fraudStatus: 1 }) },
    refundInPanel: (paymentId, cents, { done = true } = {}) => { giveBack(paidOf(paymentId), null, cents, done) },
    cancelInPanel: (paymentId) => {
      const paid = paidOf(paymentId)
      paid?.cancels.push({ id: nextId++, conversationId: null, line: '', cents: paid.paidCents, done: true })
    },
    refuseRefund: null,
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

  function attempt (token: string, outcome: Pick<Attempt, 'status' | 'code' | 'paidCents' | 'installment' | 'fraudStatus'>): void {
    attempts.push({ paymentId: String(24_000_000 + attempts.length), form: formOf(token), refunds: [], cancels: [], ...outcome })
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
      case '/payment/iyzipos/installment': return installments(String(body['conversationId']), body['binNumber'] ?? null, centsOf(String(body['price'])))
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
    return signed({ status: 'success', conversationId, token, tokenExpireTime: 1800, paymentPageUrl: `https://sandbox-cpp.iyzipay.com?token=${token}&lang=tr` }, [conversationId, token])
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

  function paidOf (paymentId: string): Attempt | undefined {
    return attempts.find((one) => one.paymentId === paymentId && one.status === 'SUCCESS')
  }

  function refund (paymentId: string, conversationId: string, cents: number): IyzicoAnswer {
    const paid = paidOf(paymentId)
    if (paid === undefined) return failure('5006')
    if (server.refuseRefund !== null) return failure(server.refuseRefund)
    if (paid.paidCents - refundedOf(paid) < cents) return failure('5999')
    giveBack(paid, conversationId, cents, true)
    const { currency } = paid.form
    return signed({ status: 'success', conversationId, paymentId, price: `@${plain(cents)}@`, currency }, [paymentId, plain(cents), currency, conversationId])
  }

  /** Line by line, as far as each goes. A surcharge is on the last one. */
  function giveBack (paid: Attempt | undefined, conversationId: string | null, cents: number, done: boolean): void {
    if (paid === undefined) throw new Error('there is no such payment')
    let open = cents
    const { form: { lines, cents: price } } = paid
    for (const [index, line] of lines.entries()) {
      const charged = line.cents + (index === lines.length - 1 ? paid.paidCents - price : 0)
      const part = Math.min(open, charged - refundedOf(paid, line.id))
      open -= part
      if (part > 0) paid.refunds.push({ id: nextId++, conversationId, line: line.id, cents: part, done })
    }
  }

  function installments (conversationId: string, binNumber: string | null, cents: number): IyzicoAnswer {
    if (binNumber !== null && !binNumber.startsWith('554960')) return failure('10299')
    const installmentPrices = [[1, 0], [2, 200], [3, 690], [4, 800], [6, 1000]].map(([installmentNumber = 0, percent = 0]) => {
      const total = cents + Math.round(cents * percent / 10_000)
      return { installmentNumber, totalPrice: `@${plain(total)}@`, installmentPrice: `@${plain(Math.round(total / installmentNumber))}@` }
    })
    const card = { binNumber, price: `@${plain(cents)}@`, cardType: 'CREDIT_CARD', cardAssociation: 'MASTER_CARD', cardFamilyName: 'Bonus', force3ds: 0, bankCode: 62, bankName: 'Garanti Bankası', forceCvc: 0, commercial: 0 }
    return { status: 'success', conversationId, installmentDetails: [{ ...card, installmentPrices }] }
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

function paymentFields ({ paymentId, form, paidCents, installment, fraudStatus }: Attempt): IyzicoAnswer {
  const { basketId, currency, cents } = form
  return { status: 'success', paymentId, basketId, currency, price: `@${plain(cents)}@`, paidPrice: `@${plain(paidCents)}@`, installment, fraudStatus }
}

const REPORTED_STATUSES: Readonly<Record<string, number>> = { FAILURE: 0, SUCCESS: 1, INIT_THREEDS: 2, CALLBACK_THREEDS: 3, INIT_BANK_TRANSFER: 8, INIT_CREDIT: 9, PENDING_CREDIT: 10 }

/** Reporting writes ids as numbers, and the states of a payment as numbers of another kind. */
function reportOf (attempt: Attempt): IyzicoAnswer {
  const { paymentId, form, status, refunds, cancels } = attempt
  const shared = ({ cents, done }: Refund) => ({ refundPrice: `@${plain(cents)}@`, refundStatus: done ? 1 : 0, currencyCode: form.currency })
  const itemTransactions = form.lines.map(({ id }) => ({
    itemId: id,
    refunds: refunds.filter(({ line }) => line === id).map((refund) => ({ refundTxId: refund.id, refundConversationId: refund.conversationId, ...shared(refund) })),
  }))
  return {
    ...paymentFields(attempt),
    paymentId: Number(paymentId),
    paymentStatus: REPORTED_STATUSES[status],
    paymentConversationId: form.conversationId,
    cancels: cancels.map((cancel) => ({ refundId: cancel.id, cancelConversationId: cancel.conversationId, ...shared(cancel) })),
    itemTransactions,
  }
}

function refundedOf ({ refunds, cancels }: Attempt, id?: string): number {
  return [...refunds, ...cancels].filter(({ line }) => id === undefined || line === id).reduce((sum, { cents }) => sum + cents, 0)
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
