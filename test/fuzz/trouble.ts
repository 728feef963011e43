import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'
import { aCapturedPayment, aRefund } from '../support/builders.js'
import { at, message, times, webhookEvent } from '../contracts/fixtures.js'
import { deadAt, notification } from '../contracts/notification-store.contract.js'

const COUNT = 40

/** The refund that each of the payments with trouble has left open, and the key of their return address. */
export const OPEN_REFUND = 'refund_left_open'
export const RETURN_KEY = 'way-back'
export const paymentInTrouble = (index: number): string => `trouble${index % COUNT}`

/** Fills the stores with parked and dead rows, and with payments to decide, which only failures create. */
export async function fillWithTrouble ({ notifications, webhookEvents, messages, outbox, payments, billing }: Stores): Promise<void> {
  await times(COUNT, async (index) => {
    const fresh = notification(`ntf_${index}`)
    await notifications.insert(fresh)
    await notifications.replace(deadAt(fresh))
    await webhookEvents.insert(webhookEvent(`simulator#parked${index}`, { state: 'parked', reason: 'payment_unknown', dueAt: null }))
    await messages.insert(message(`parked${index}`, { receiverId: `user${index}` }))
    await billing.keep({ paymentId: paymentInTrouble(index), buyerEmail: 'payer@example.com', shippingAddress: null, keptUntil: '2126-01-01T00:00:00.000Z' })
    await payments.insert({ payment: aCapturedPayment({ paymentId: paymentInTrouble(index), provider: 'simulator', orderId: `troubled ${index}`, returnKey: RETURN_KEY, flags: ['late_success'], refunds: [aRefund({ refundId: OPEN_REFUND })] }), events: [] })
  })
  await times(OUTBOX_SHARDS, async (shard) => {
    const lease = await outbox.claim(shard, { owner: 'nobody', now: at(0), until: at(60) })
    for (const event of await outbox.read(shard, COUNT)) await outbox.park(lease, { event, reason: 'an effect has refused it', parkedAt: at(1) })
    await outbox.claim(shard, { owner: 'nobody', now: at(2), until: at(2) })
  })
}
