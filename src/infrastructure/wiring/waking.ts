import type { Bus } from '#application/ports/bus.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import type { Stores } from '#application/ports/stores.js'
import { shardOf } from '#domain/shard.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { Bell } from '../runtime/bell.js'

/** A bell for the dispatcher of each shard. */
export type OutboxBells = readonly Bell[]

export function makeOutboxBells (): OutboxBells {
  return Array.from({ length: OUTBOX_SHARDS }, () => new Bell())
}

/** Rings for the dispatcher of an event as soon as this process has stored it, and for readers once it is published. What other processes and the journal store is found without a bell. */
export function wakingStores<S extends Stores> (stores: S, bells: OutboxBells, eventBell: Bell): S {
  const { messages, conversations, payments, streamers, outbox } = stores
  const ring = (subjectId: string): void => { bells[shardOf(subjectId, bells.length)]?.ring() }
  const ringing = async <T>(subjectId: string, write: Promise<T>): Promise<T> => {
    const answer = await write
    ring(subjectId)
    return answer
  }
  return {
    ...stores,
    messages: withMethods(messages, {
      insert: async (message, rules) => await ringing(message.messageId, messages.insert(message, rules)),
    }),
    conversations: withMethods(conversations, {
      markRead: async (marker) => await ringing(marker.messageId, conversations.markRead(marker)),
    }),
    payments: withMethods(payments, {
      insert: async (decision, options) => await ringing(decision.payment.paymentId, payments.insert(decision, options)),
      update: async (paymentId, change, options) => await ringing(paymentId, payments.update(paymentId, change, options)),
    }),
    outbox: withMethods(outbox, {
      complete: async (lease, events, writes) => {
        const completion = await outbox.complete(lease, events, writes)
        if (completion.kind === 'completed') eventBell.ring()
        return completion
      },
    }),
    streamers: withMethods(streamers, {
      post: async (ids, change, options) => {
        const posted = await streamers.post(ids, change, options)
        if (posted.inserted) for (const { subjectId } of posted.events) ring(subjectId)
        return posted
      },
    }),
  }
}

/** Tells on the bus which pages of feeds this process has stored. */
export function tellingStores<S extends Stores> (stores: S, bus: Bus): S {
  return { ...stores, feeds: telling(stores.feeds, bus), channelFeeds: telling(stores.channelFeeds, bus) }
}

function telling<Entry, Snapshot> (feeds: FeedStore<Entry, Snapshot>, bus: Bus): FeedStore<Entry, Snapshot> {
  return withMethods(feeds, {
    append: async (page, together) => {
      const appended = await feeds.append(page, together)
      if (appended.kind === 'appended') bus.publish(page.feedId, JSON.stringify(page))
      return appended
    },
  })
}
