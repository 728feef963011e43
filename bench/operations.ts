import { randomUUID } from 'node:crypto'
import type { Caller } from './caller.js'
import { AMOUNT, signedEvent, type Paid } from './signed-event.js'

/** One request of the load generator. */
export interface RequestParts {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Operation {
  readonly title: string
  readonly status: number
  /** The request of a caller. `number` is unique among all requests; `payment` is one of the caller, where the operation is about one. */
  readonly request: (caller: Caller, number: string, payment: Paid) => RequestParts
  /** Whether the answer shows that the server did the work. */
  readonly shows: (answer: Record<string, unknown>) => boolean
  /** The whole answer, where the status alone does not show that the server did the work. The load takes every other for a failure. */
  readonly answer?: string
}

const json = { 'content-type': 'application/json' }

/** Messages in each conversation before it is read: more than a page. */
export const CONVERSATION_LENGTH = 40
const PAGE = 20

const post = (caller: Caller, path: string, body: unknown, headers: Record<string, string> = {}): RequestParts =>
  ({ method: 'POST', path, headers: { ...caller.headers, ...json, ...headers }, body: JSON.stringify(body) })

const get = (caller: Caller, path: string): RequestParts => ({ method: 'GET', path, headers: caller.headers })

export const OPERATIONS = {
  send: {
    title: 'POST message',
    status: 201,
    request: (caller, number) => post(caller, '/api/messages', {
      receiverId: caller.otherUserId,
      message: 'Is the blue one still there? I would take two of them.',
      clientMessageId: `m-${number}`,
      metadata: { streamId: 'live-7' },
    }),
    shows: ({ messageId }) => typeof messageId === 'string',
  },
  conversation: {
    title: 'GET conversation',
    status: 200,
    request: (caller) => get(caller, `/api/messages?otherUserId=${caller.otherUserId}`),
    shows: ({ items }) => Array.isArray(items) && items.length === PAGE,
  },
  process: {
    title: 'POST process',
    status: 201,
    request: (caller, number) => post(caller, '/api/payments/process', {
      amount: AMOUNT,
      currency: 'TRY',
      orderId: `order-${number}`,
      sellerId: caller.otherUserId,
      // This token sends no webhook: sending one is the provider's work, and would be measured as the service's.
      paymentMethod: { token: 'tok_ok+lost' },
    }, { 'idempotency-key': `p-${number}` }),
    shows: ({ status }) => status === 'succeeded',
  },
  payment: {
    title: 'GET payment',
    status: 200,
    request: (caller, _number, { paymentId }) => get(caller, `/api/payments/${paymentId}`),
    shows: ({ amount }) => amount === AMOUNT,
  },
  /** The provider confirms a payment that has succeeded, under a new event id each time. */
  webhook: {
    title: 'POST webhook',
    status: 200,
    request: (_caller, number, payment) => signedEvent(`evt_${number}`, payment),
    shows: ({ result }) => result === 'applied',
    answer: '{"result":"applied"}',
  },
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof OPERATIONS
export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[]
/** Those that are about a payment of the caller. */
export const ABOUT_PAYMENTS: readonly OperationName[] = ['payment', 'webhook']
export const NO_PAYMENT: Paid = { paymentId: '', providerReference: null }

/** Sends one request. @throws Error unless the answer has the expected status and content */
export async function once (url: string, operation: Operation, caller: Caller, payment = NO_PAYMENT): Promise<Record<string, unknown>> {
  const { method, path, headers, body = null } = operation.request(caller, randomUUID(), payment)
  const response = await fetch(`${url}${path}`, { method, headers, body })
  const text = await response.text()
  const answer: unknown = JSON.parse(text)
  if (response.status !== operation.status || !operation.shows(answer as Record<string, unknown>)) {
    throw new Error(`${operation.title} answered ${response.status} ${text}`)
  }
  return answer as Record<string, unknown>
}
