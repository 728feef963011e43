import type { Bus } from '#application/ports/bus.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import type { Stores } from '#application/ports/stores.js'
import { shardOf } from '#domain/shard.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { Bell } from '../runtime/bell.js'

/** A bell for the dispatcher of each shard. */
export type OutboxBells = readonly Bell[]

/** The topics of the bells. The others are the ids of feeds. */
const EVENTS = 'events'
const OUTBOX = 'outbox'

/** Under load, a dispatcher begins its pieces so far apart: what follows from twenty messages costs little more than what follows from one. */
const GATHER_MS = 50

/** The bells of the dispatchers, which ring for what any process stores. */
export function makeOutboxBells ({ bells }: { readonly bells: Bus }): OutboxBells {
  const outboxBells = Array.from({ length: OUTBOX_SHARDS }, () => new Bell(GATHER_MS))
  bells.subscribe(OUTBOX, (shard) => { outboxBells[Number(shard)]?.ring() })
  return outboxBells
}

/** The bell of those who read the event log, which rings for what any process publishes. */
export function makeEventBell ({ bells }: { readonly bells: Bus }): Bell {
  const bell = new Bell()
  bells.subscribe(EVENTS, () => { bell.ring() })
  return bell
}

/** Rings for the dispatcher of an event as soon as this process has stored it, and for readers once it is published. What the journal stores is found without a bell. */
export function wakingStores<S extends Stores> (stores: S, bells: Bus): S {
  const { messages, conversations, payments, streamers, feeds, outbox } = stores
  const ring = (subjectId: string): void => { bells.publish(OUTBOX, String(shardOf(subjectId, OUTBOX_SHARDS))) }
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
    feeds: withMethods(feeds, {
      append: async (page, together) => {
        const appended = await feeds.append(page, together)
        if (appended.kind === 'appended') for (const { subjectId } of together?.events ?? []) ring(subjectId)
        return appended
      },
    }),
    outbox: withMethods(outbox, {
      complete: async (lease, events, writes) => {
        const completion = await outbox.complete(lease, events, writes)
        if (completion.kind === 'completed') bells.publish(EVENTS, '')
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

/** Brings the pages of feeds that this process stores to its readers, and their numbers to all processes. */
export function tellingStores<S extends Stores> (stores: S, buses: Buses): S {
  return { ...stores, feeds: telling(stores.feeds, buses), channelFeeds: telling(stores.channelFeeds, buses) }
}

export interface Buses {
  /** Within this process. */
  readonly bus: Bus
  /** Between all processes: no texts, and nothing of people but their ids. */
  readonly bells: Bus
}

function telling<Entry, Snapshot> (feeds: FeedStore<Entry, Snapshot>, { bus, bells }: Buses): FeedStore<Entry, Snapshot> {
  return withMethods(feeds, {
    append: async (page, together) => {
      const appended = await feeds.append(page, together)
      if (appended.kind !== 'appended') return appended
      bus.publish(page.feedId, JSON.stringify(page))
      bells.publish(page.feedId, String(page.page))
      return appended
    },
  })
}
