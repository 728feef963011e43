import { createClient } from './hey-api/client/index.js'
import { getPayment, listMessages, processPayment, sendMessage } from './hey-api/sdk.gen.js'
import type { NextAction, ProcessPaymentErrors } from './hey-api/types.gen.js'
import { MESSAGE, order, present, type Visit } from './outcome.js'

export const visit: Visit = async (baseUrl, token) => {
  const client = createClient({ baseUrl, auth: ({ scheme }) => scheme === 'bearer' ? token : undefined })
  const pay = async (key: string, method: string) => await processPayment({ client, headers: { 'idempotency-key': key }, body: order(key, method) })
  const sent = await sendMessage({ client, body: MESSAGE })
  const listed = await listMessages({ client, query: { limit: 1 } })
  const paid = await pay('hey-api-1', 'tok_requires_action')
  const declined = await pay('hey-api-2', 'tok_declined')
  const missing = await getPayment({ client, path: { paymentId: 'pay_none' } })
  return {
    sent: present(sent.data, 'the message').message,
    listed: present(listed.data, 'the list').items.map(({ message }) => message),
    action: next(present(paid.data?.nextAction, 'the action')),
    refusal: refusal(present(declined.error, 'the refusal')),
    missing: present(missing.error, 'the problem').code,
  }
}

function next (action: NextAction): string {
  switch (action.type) {
    case 'redirect': return `go to ${action.url}`
    case 'voucher': return `pay by the voucher at ${action.url} before ${action.expiresAt ?? 'it ends'}`
    default: return action satisfies never
  }
}

function refusal (problem: ProcessPaymentErrors[keyof ProcessPaymentErrors]): string {
  switch (problem.code) {
    case 'payment_declined': return `declined: ${problem.declineCode ?? ''} ${problem.payment?.status ?? ''}`
    case 'validation_failed': return `wrong: ${problem.errors?.[0]?.pointer ?? ''}`
    case 'order_already_paid': return 'paid'
    // @ts-expect-error this operation never answers with the code
    case 'email_taken': return ''
    default: return problem.code
  }
}
