import createClient from 'openapi-fetch'
import { MESSAGE, order, present, type Visit } from './outcome.js'
import type { components, operations, paths } from './openapi-typescript/schema.js'

type Declined = operations['processPayment']['responses'][402]['content']['application/problem+json']
type Invalid = operations['processPayment']['responses'][400]['content']['application/problem+json']

export const visit: Visit = async (baseUrl, token) => {
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } })
  const pay = async (key: string, body: components['schemas']['ProcessPaymentBody']) =>
    await client.POST('/api/payments/process', { params: { header: { 'idempotency-key': key } }, body })
  const sent = await client.POST('/api/messages', { body: MESSAGE })
  const listed = await client.GET('/api/messages', { params: { query: { limit: 1 } } })
  const paid = await pay('openapi-fetch-1', order('openapi-fetch-1', 'tok_requires_action'))
  const declined = await pay('openapi-fetch-2', order('openapi-fetch-2', 'tok_declined'))
  const missing = await client.GET('/api/payments/{paymentId}', { params: { path: { paymentId: 'pay_none' } } })
  return {
    sent: present(sent.data, 'the message').message,
    listed: present(listed.data, 'the list').items.map(({ message }) => message),
    action: next(present(paid.data?.nextAction, 'the action')),
    refusal: refusal(present(declined.error, 'the refusal')),
    missing: present(missing.error, 'the problem').code,
  }
}

function next (action: components['schemas']['NextAction']): string {
  switch (action.type) {
    case 'redirect': return `go to ${action.url}`
    case 'voucher': return `pay by the voucher at ${action.url} before ${action.expiresAt ?? 'it ends'}`
    default: return action satisfies never
  }
}

type Refusal = operations['processPayment']['responses'][400 | 401 | 402 | 409 | 413 | 415 | 422 | 429 | 500 | 503]['content']['application/problem+json']

function refusal (problem: Refusal): string {
  switch (problem.code) {
    case 'payment_declined': return `declined: ${(problem satisfies Declined).declineCode ?? ''} ${problem.payment?.status ?? ''}`
    case 'validation_failed': return `wrong: ${(problem satisfies Invalid).errors?.[0]?.pointer ?? ''}`
    case 'order_already_paid': return 'paid'
    // @ts-expect-error this operation never answers with the code
    case 'email_taken': return ''
    default: return problem.code
  }
}
