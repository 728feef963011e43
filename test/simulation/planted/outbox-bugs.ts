import { DomainError } from '#domain/errors.js'
import type { Effect } from '#application/outbox/effect.js'
import { isPaymentEvent, type OutboxStore } from '#application/ports/outbox-store.js'
import { instead, type PlantedBug } from './planted-bug.js'

const onOutbox = (name: string, change: (outbox: OutboxStore) => Partial<OutboxStore>): PlantedBug =>
  ({ name, ports: ({ outbox }) => ({ outbox: instead(outbox, change(outbox)) }) })

const onEffects = (name: string, change: (effect: Effect) => Effect): PlantedBug =>
  ({ name, ports: ({ effects }) => ({ effects: effects.map(change) }) })

/** Bugs in how events take their effect. */
export const OUTBOX_BUGS: readonly PlantedBug[] = [
  onOutbox('events that are removed without their effect', (outbox) => ({
    complete: async (_lease, events) => {
      await outbox.discard(events)
      return { kind: 'completed' }
    },
  })),
  onOutbox('effects that are written twice', (outbox) => ({
    complete: async (lease, events, writes) => await outbox.complete(lease, events, [...writes, ...writes]),
  })),
  onOutbox('effects that are written in another step than the end of their events', (outbox) => ({
    complete: async (lease, events, writes) => {
      const written = await outbox.complete(lease, [], writes)
      if (written.kind === 'completed') await outbox.discard(events)
      return written
    },
  })),
  onOutbox('events that are removed in a step before their effect', (outbox) => ({
    complete: async (lease, events, writes) => {
      await outbox.discard(events)
      return await outbox.complete(lease, [], writes)
    },
  })),
  onOutbox('a lease without an epoch', (outbox) => ({
    complete: async (lease, events, writes) => {
      const completion = await outbox.complete(lease, events, writes)
      if (completion.kind !== 'overtaken') return completion
      // Whoever believes to hold the lease goes on, with what he has read.
      const { owner, shard, until } = lease
      const mine = await outbox.claim(shard, { owner, until, now: '9999' })
      await outbox.complete(mine, [], writes)
      await outbox.discard(events)
      return { kind: 'completed' }
    },
  })),
  onOutbox('a cursor in the place of what waits', (outbox) => {
    const last = new Map<number, string>()
    return {
      read: async (shard, limit) => {
        const events = (await outbox.read(shard, limit)).filter(({ eventId }) => eventId > (last.get(shard) ?? ''))
        const end = events.at(-1)
        if (end !== undefined) last.set(shard, end.eventId)
        return events
      },
    }
  }),
  onOutbox('an outage of the store that is taken for done', (outbox) => ({
    complete: async (lease, events, writes) => {
      try {
        return await outbox.complete(lease, events, writes)
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
        await outbox.discard(events)
        return { kind: 'completed' }
      }
    },
  })),
  onEffects('statistics that forget where a payment comes from', (effect) => effect.name !== 'count-payments'
    ? effect
    : {
        ...effect,
        writes: (event, payment, counting) => isPaymentEvent(event) ? effect.writes({ ...event, data: { ...event.data, previousStatus: null } }, payment, counting) : [],
      }),
  onEffects('statistics that leave out refunds', (effect) => effect.name !== 'count-payments'
    ? effect
    : {
        ...effect,
        writes: (event, payment, counting) => isPaymentEvent(event) ? effect.writes({ ...event, data: { ...event.data, refundedDelta: 0 } }, payment, counting) : [],
      }),
  onEffects('orders that are not found by what came later', (effect) => effect.name !== 'index-order'
    ? effect
    : {
        ...effect, writes: (event, payment, counting) => event.type === 'payment.created' ? effect.writes(event, payment, counting) : [],
      }),
  onEffects('refunds, disputes and flags that are listed as they were first', (effect) => effect.name !== 'index-attention'
    ? effect
    : {
        ...effect,
        writes: (event, payment, counting) => ['refund.requested', 'dispute.opened', 'payment.flagged'].includes(event.type) ? effect.writes(event, payment, counting) : [],
      }),
  onEffects('an effect that fails now and then', (effect) => effect.name !== 'count-payments'
    ? effect
    : {
        ...effect,
        writes: (event, payment, counting) => {
          if (event.type === 'dispute.lost') throw new Error('an unexpected event')
          return effect.writes(event, payment, counting)
        },
      }),
]
