import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'
import { at, message, times, webhookEvent } from '../contracts/fixtures.js'
import { deadAt, notification } from '../contracts/notification-store.contract.js'

const COUNT = 40

/** Fills the stores with parked and dead rows, which only failures create. */
export async function fillWithTrouble ({ notifications, webhookEvents, messages, outbox }: Stores): Promise<void> {
  await times(COUNT, async (index) => {
    const fresh = notification(`ntf_${index}`)
    await notifications.insert(fresh)
    await notifications.replace(deadAt(fresh))
    await webhookEvents.insert(webhookEvent(`simulator#parked${index}`, { state: 'parked', reason: 'payment_unknown', dueAt: null }))
    await messages.insert(message(`parked${index}`, { receiverId: `user${index}` }))
  })
  await times(OUTBOX_SHARDS, async (shard) => {
    const lease = await outbox.claim(shard, { owner: 'nobody', now: at(0), until: at(60) })
    for (const event of await outbox.read(shard, COUNT)) await outbox.park(lease, { event, reason: 'an effect has refused it', parkedAt: at(1) })
    await outbox.claim(shard, { owner: 'nobody', now: at(2), until: at(2) })
  })
}
