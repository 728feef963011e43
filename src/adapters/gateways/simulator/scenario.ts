import type { Dispute, Failure } from '#domain/payments/payment.js'

/** The state of a charge. */
export type Outcome =
  | { readonly status: 'requires_action' }
  | { readonly status: 'processing' }
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed', readonly failure: Failure }

/** Faults between the service and the provider. */
export type Fault =
  /** The charge is made, but its answer never arrives. */
  | 'answer_lost'
  /** The first request never arrives, a repeat does. */
  | 'first_request_lost'
  /** The provider answers every request with an error. */
  | 'server_error'

/** How the bank treats a charge. */
export interface Scenario {
  readonly outcome: Outcome
  readonly fault?: Fault
  /** The bank answers late. */
  readonly slow?: true
  /** How an undecided charge ends. Default: it succeeds. */
  readonly end?: typeof REFUSED
  /** The payer pays elsewhere, with a voucher that the page shows. */
  readonly voucher?: true
  /** The bank closes the page some time later. */
  readonly expires?: true
  /** Minor units that the bank captures beyond the requested amount. */
  readonly surplus?: number
  /** The payer pays in so many installments, and a tenth more. */
  readonly installments?: number
  /** Refunds succeed first and fail later. */
  readonly refundsFail?: true
  /** The bank refuses every refund. */
  readonly refundsRefused?: Failure
  /** Half of the money is given back at the bank later. */
  readonly dashboardRefund?: true
  /** The words of the payer's bank about a dispute, one after the other. */
  readonly dispute?: ReadonlyArray<Dispute['status']>
}

const SUFFIXES = ['', '+lost', '+duplicate', '+late', '+reordered', '+tampered'] as const

/** How the webhooks of a charge are delivered. Without a suffix they arrive once, in order. */
export type WebhookSuffix = typeof SUFFIXES[number]

export interface TokenMeaning {
  readonly scenario: Scenario
  readonly suffix: WebhookSuffix
}

const SUCCEEDED: Outcome = { status: 'succeeded' }
const PROCESSING: Outcome = { status: 'processing' }
const HOSTED_PAGE = 'tok_requires_action'

/** The outcome after the payer refuses on the hosted page. */
export const REFUSED: Outcome & { status: 'failed' } = failed('refused_by_payer', 'the payer refused on the payment page')

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  tok_ok: { outcome: SUCCEEDED },
  tok_declined: { outcome: failed('card_declined', 'the bank declined the card') },
  tok_insufficient_funds: { outcome: failed('insufficient_funds', 'the account does not hold enough') },
  [HOSTED_PAGE]: { outcome: { status: 'requires_action' } },
  tok_page_expires: { outcome: { status: 'requires_action' }, expires: true },
  tok_processing: { outcome: PROCESSING },
  tok_processing_fails: { outcome: PROCESSING, end: failed('debit_returned', "the payer's bank returned the debit") },
  tok_voucher: { outcome: PROCESSING, voucher: true },
  tok_timeout_charged: { outcome: SUCCEEDED, fault: 'answer_lost' },
  tok_timeout_not_charged: { outcome: SUCCEEDED, fault: 'first_request_lost' },
  tok_error: { outcome: SUCCEEDED, fault: 'server_error' },
  tok_slow: { outcome: SUCCEEDED, slow: true },
  tok_amount_mismatch: { outcome: SUCCEEDED, surplus: 1 },
  tok_installments: { outcome: SUCCEEDED, installments: 3 },
  tok_refund_fails_later: { outcome: SUCCEEDED, refundsFail: true },
  tok_refund_refused: { outcome: SUCCEEDED, refundsRefused: { code: 'insufficient_balance', message: 'the balance of the shop does not cover the refund' } },
  tok_dashboard_refund: { outcome: SUCCEEDED, dashboardRefund: true },
  tok_dispute: { outcome: SUCCEEDED, dispute: ['open'] },
  tok_dispute_won: { outcome: SUCCEEDED, dispute: ['open', 'won'] },
  tok_dispute_lost: { outcome: SUCCEEDED, dispute: ['open', 'lost'] },
  tok_dispute_lost_at_once: { outcome: SUCCEEDED, dispute: ['lost'] },
  tok_dispute_reopened: { outcome: SUCCEEDED, dispute: ['open', 'won', 'open'] },
  tok_inquiry: { outcome: SUCCEEDED, dispute: ['warning', 'prevented'] },
}

/** Amounts in minor units that turn `tok_ok` into another token, for clients that cannot choose the token. */
export const AMOUNTS: Readonly<Record<number, string>> = {
  666_01: 'tok_declined',
  666_02: 'tok_insufficient_funds',
  666_03: 'tok_processing',
  666_04: 'tok_timeout_charged',
  666_05: 'tok_timeout_not_charged',
  666_06: 'tok_amount_mismatch',
  666_07: 'tok_refund_fails_later',
  666_08: 'tok_dispute',
}
const PLAIN_TOKEN = 'tok_ok'

export const TOKENS: readonly string[] = Object.keys(SCENARIOS)
export const TOKEN_SUFFIXES: readonly string[] = SUFFIXES.filter((suffix) => suffix !== '')

/** Every token with every suffix: a token is looked up, not parsed. */
const MEANINGS: ReadonlyMap<string, TokenMeaning> = new Map(Object.entries(SCENARIOS)
  .flatMap(([token, scenario]) => SUFFIXES.map((suffix) => [`${token}${suffix}`, { scenario, suffix }])))

const UNKNOWN_TOKEN: TokenMeaning = {
  scenario: { outcome: failed('invalid_payment_method', 'the provider knows no such payment method') },
  suffix: '',
}

/** The meaning of a token with this amount. Null means the hosted page; an unknown token is declined. */
export function meaningOf (token: string | null, amount: number): TokenMeaning {
  const meant = token === PLAIN_TOKEN ? AMOUNTS[amount] ?? token : token
  return MEANINGS.get(meant ?? HOSTED_PAGE) ?? UNKNOWN_TOKEN
}

function failed (code: string, message: string): Outcome & { status: 'failed' } {
  return { status: 'failed', failure: { code, message } }
}
