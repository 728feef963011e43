import type { CallService, ServiceCall } from './service-client.js'
import { CONVERSATIONS, PAYMENTS, PEOPLE, SAMPLE_ORDERS, STREAMERS, type Conversation, type SamplePayment, type SampleStreamer } from './shop.js'

/** How many things of the shop this run has made, and how many an earlier one. */
export interface Filled {
  readonly made: number
  readonly there: number
}

/** Whether the service holds payments that are not of the sample. */
export async function holdsOthers (call: CallService): Promise<boolean> {
  const { body } = await call({ as: null, method: 'GET', path: '/api/admin/payments?limit=100' })
  return (body['items'] as ReadonlyArray<{ readonly orderId: string }>).some(({ orderId }) => !orderId.startsWith(SAMPLE_ORDERS))
}

/** Fills the service with the sample shop through its API. Each thing has a name, so that a repeat makes nothing twice. */
export async function fillShop (call: CallService): Promise<Filled> {
  const counts = { made: 0, there: 0 }
  const counted: CallService = async (asked) => {
    const answer = await call(asked)
    counts[answer.isReplay ? 'there' : 'made']++
    return answer
  }
  for (const { id, locale } of PEOPLE) await introduce(call, id, locale)
  for (const conversation of CONVERSATIONS) await converse(call, counted, conversation)
  for (const payment of PAYMENTS) await pay(call, counted, payment)
  for (const streamer of STREAMERS) await stream(counted, streamer)
  return counts
}

/** Gives a person their language and their address, unless they have chosen a language already. */
async function introduce (call: CallService, id: string, locale: string): Promise<void> {
  const preferences: Omit<ServiceCall, 'method'> = { as: id, path: '/api/users/me/notification-preferences' }
  const { body } = await call({ ...preferences, method: 'GET' })
  if (body['locale'] === undefined) await call({ ...preferences, method: 'PUT', body: { ...body, locale } })
}

async function converse (call: CallService, counted: CallService, { between: [buyer, seller], texts, isRead }: Conversation): Promise<void> {
  for (const [index, message] of texts.entries()) {
    const [as, receiverId] = index % 2 === 0 ? [buyer, seller] : [seller, buyer]
    await counted({ as, method: 'POST', path: '/api/messages', body: { receiverId, message, clientMessageId: `sample-${buyer}-${seller}-${index}` } })
  }
  if (!isRead) return
  await call({ as: buyer, method: 'PUT', path: `/api/conversations/${seller}/read` })
  await call({ as: seller, method: 'PUT', path: `/api/conversations/${buyer}/read` })
}

async function pay (call: CallService, counted: CallService, payment: SamplePayment): Promise<void> {
  const { name, payer: as, seller: sellerId, currency, items, shippingAmount = 0, token, refunds = [], isCanceled } = payment
  const amount = items.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, shippingAmount)
  const order = { orderId: name, sellerId, amount, currency, items, shippingAmount, provider: 'simulator', paymentMethod: { token } }
  const { body: { paymentId } } = await counted({ as, method: 'POST', path: '/api/payments/process', key: name, body: order, expected: [402] })
  // What has ended without money is answered as a refusal, without an id.
  if (isCanceled === true && paymentId !== undefined) await call({ as, method: 'POST', path: `/api/payments/${String(paymentId)}/cancel` })
  for (const [index, refund] of refunds.entries()) {
    await counted({ as: null, method: 'POST', path: `/api/payments/${String(paymentId)}/refund`, key: `${name}-refund-${index}`, body: refund })
  }
}

async function stream (counted: CallService, { email, minutes, broadcasts }: SampleStreamer): Promise<void> {
  const { body } = await counted({ as: null, method: 'POST', path: '/api/admin/streamers/add', key: `sample-${email}`, body: { email, minutes, note: 'sample' } })
  const { streamerId } = body['streamer'] as { readonly streamerId: string }
  for (const { broadcastId, minutes: spent } of broadcasts) {
    await counted({ as: null, method: 'POST', path: `/api/streamers/${streamerId}/usage`, key: broadcastId, body: { broadcastId, minutes: spent } })
  }
}
