import { getPayment, listMessages, processPayment, sendMessage, type NextAction, type processPaymentResponse } from './orval/client.js'
import { MESSAGE, order, present, type Visit } from './outcome.js'

/** The address of the service is in the generated client. */
export const visit: Visit = async (_baseUrl, token) => {
  const options = { headers: { authorization: `Bearer ${token}` } }
  const pay = async (key: string, method: string) => await processPayment(order(key, method), { 'idempotency-key': key }, options)
  const sent = await sendMessage(MESSAGE, {}, options)
  const listed = await listMessages({ limit: 1 }, options)
  const paid = await pay('orval-1', 'tok_requires_action')
  const declined = await pay('orval-2', 'tok_declined')
  const missing = await getPayment('pay_none', options)
  return {
    sent: sent.status === 201 ? sent.data.message : sent.data.status.toString(),
    listed: listed.status === 200 ? listed.data.items.map(({ message }) => message) : [],
    action: paid.status === 201 ? next(present(paid.data.nextAction, 'the action')) : paid.data.status.toString(),
    refusal: refusal(declined),
    missing: missing.status === 404 ? missing.data.code : 'found',
  }
}

function next (action: NextAction): string {
  switch (action.type) {
    case 'redirect': return `go to ${action.url}`
    case 'voucher': return `pay by the voucher at ${action.url} before ${action.expiresAt ?? 'it ends'}`
    default: return action satisfies never
  }
}

function refusal (answer: processPaymentResponse): string {
  if (answer.status === 200 || answer.status === 201 || answer.status === 202) return answer.data.status
  const problem = answer.data
  switch (problem.code) {
    case 'payment_declined': return `declined: ${problem.declineCode ?? ''} ${problem.payment?.status ?? ''}`
    case 'validation_failed': return `wrong: ${problem.errors?.[0]?.pointer ?? ''}`
    case 'order_already_paid': return 'paid'
    // @ts-expect-error this operation never answers with the code
    case 'email_taken': return ''
    default: return problem.code
  }
}
