import type { OpenStores } from '#application/ports/stores.js'
import { carryOut } from './carry-out.js'
import type { Journal } from './journal/journal.js'
import type { JournaledWrite } from './journaled-write.js'
import { over } from './over.js'
import { recordedPeople } from './recorded-people.js'

/**
 * Stores in memory that a restart does not empty: what was written is in the journal before it is acknowledged, and written again
 * at the start. Events and what follows from them are not put down, because they follow again.
 * What a crash kept from the journal may have been read for a moment; nobody was told that it is kept.
 * @throws Error where the journal holds what can't follow from what is before it: it comes from another mode, or was tampered with
 */
export async function recordedStores (stores: OpenStores, journal: Journal<JournaledWrite>): Promise<OpenStores> {
  for (const { sequence, value } of journal.pending()) {
    await carryOut(value, stores).catch((cause: unknown) => {
      throw new Error(`entry ${sequence} of the journal does not follow from those before it; memory mode needs a folder of its own`, { cause })
    })
  }
  journal.release()
  const { messages, conversations, payments, streamers, webhookEvents } = stores
  const record = async (write: JournaledWrite): Promise<void> => { await journal.append(write) }
  return {
    ...stores,
    ...recordedPeople(stores, record),
    messages: over(messages, {
      insert: async (draft) => {
        const insertion = await messages.insert(draft)
        if (insertion.inserted) await record({ kind: 'message', message: insertion.stored })
        return insertion
      },
      insertTogether: async (run) => {
        const insertions = await messages.insertTogether(run)
        for (const { inserted, stored } of insertions) if (inserted) await record({ kind: 'message', message: stored })
        return insertions
      },
    }),
    conversations: over(conversations, {
      markRead: async (marker) => {
        const readAt = await conversations.markRead(marker)
        await record({ kind: 'read', marker })
        return readAt
      },
      setBlocked: async (userId, otherUserId, blocked) => {
        const side = await conversations.setBlocked(userId, otherUserId, blocked)
        await record({ kind: 'block', userId, otherUserId, blocked })
        return side
      },
    }),
    payments: over(payments, {
      insert: async (decision, options) => {
        const insertion = await payments.insert(decision, options)
        if (insertion.inserted) await record({ kind: 'intent', decision })
        return insertion
      },
      update: async (paymentId, change, options = {}) => {
        const update = await payments.update(paymentId, change, options)
        const { payment, events, duplicate } = update
        if (!duplicate) await record({ kind: 'change', decision: { payment, events }, event: options.webhookEvent ?? null })
        return update
      },
    }),
    streamers: over(streamers, {
      post: async (ids, change, options) => {
        const posted = await streamers.post(ids, change, options)
        if (posted.inserted) await record({ kind: 'posting', streamer: posted.streamer, entry: posted.entry, purchase: options.purchase ?? null })
        return posted
      },
    }),
    webhookEvents: over(webhookEvents, {
      insert: async (event) => {
        const insertion = await webhookEvents.insert(event)
        if (insertion.inserted) await record({ kind: 'webhook', event })
        return insertion
      },
      replace: async (before, after) => {
        const replaced = await webhookEvents.replace(before, after)
        if (replaced) await record({ kind: 'replacement', before, after })
        return replaced
      },
    }),
    close: async () => {
      await stores.close()
      await journal.close()
    },
  }
}
