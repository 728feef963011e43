import { withMethods } from '#adapters/durability/proxy.js'
import type { Effect } from '#application/outbox/effect.js'
import { makeOpenRoom } from '#application/rooms/open-rooms.js'
import { admitOrder } from '#domain/rooms/admit.js'
import { laterBy, MINUTE_MS } from '#domain/time.js'
import { instead, type PlantedBug } from './planted-bug.js'

/** The sales of a room, where each event counts for one more order. */
function countingEvents (effects: readonly Effect[]): readonly Effect[] {
  return effects.map((effect) => effect.name !== 'count-rooms'
    ? effect
    : { ...effect, writes: (event, payment) => effect.writes(event, payment).map((write) => write.kind === 'stats' ? { ...write, add: { ...write.add, orders_count: 1 } } : write) })
}

/** Bugs in the minutes and the orders of rooms. */
export const MINUTE_BUGS: readonly PlantedBug[] = [
  {
    name: 'minutes by the looks of a process, and not by the beginning',
    ports: ({ rooms, clock }) => {
      const begun = new Map<string, string>()
      return {
        rooms: instead(rooms, {
          dueMeters: async (now, limit) => (await rooms.dueMeters(now, limit)).map((meter) => {
            const startedAt = begun.get(meter.roomId) ?? laterBy(clock(), -meter.chargedMinutes * MINUTE_MS)
            begun.set(meter.roomId, startedAt)
            return { ...meter, startedAt }
          }),
        }),
      }
    },
  },
  {
    name: 'a charge whose id lacks its minute',
    ports: ({ identity }) => ({ identity: withMethods(identity, { derived: (prefix, parts) => identity.derived(prefix, parts[1] === 'live' ? parts.slice(0, 3) : parts) }) }),
  },
  {
    name: 'a charge whose id is another one each time, and a meter that is moved by itself',
    ports: ({ identity, streamers, rooms }) => ({
      identity: withMethods(identity, { derived: (prefix, parts) => parts[1] === 'live' ? identity.random(prefix) : identity.derived(prefix, parts) }),
      streamers: instead(streamers, {
        post: async (ids, change, options) => {
          let moved: NonNullable<ReturnType<typeof change>['meter']> | undefined
          const posted = await streamers.post(ids, (streamer) => {
            const { meter, ...posting } = change(streamer)
            moved = meter
            return posting
          }, options)
          const before = moved === undefined ? null : await rooms.findMeter(moved.roomId)
          if (moved !== undefined && before !== null) await rooms.moveMeter(before, moved)
          return posted
        },
      }),
    }),
  },
  {
    name: 'an order of a room that is counted with each of its events',
    ports: ({ effects }) => ({ effects: countingEvents(effects) }),
  },
  {
    name: 'an order that is announced when it is asked for',
    useCases: ({ processPayment }, ports) => {
      const openRoom = makeOpenRoom(ports)
      return {
        processPayment: async (command) => {
          const { roomId = null } = command.request
          if (roomId !== null) {
            const feed = await openRoom(roomId)
            await feed.submit((state, at) => {
              const entry = admitOrder(state, { messageId: ports.identity.random('ord'), productId: null, units: 1 }, at)
              return entry === null ? { kind: 'nothing' } : { kind: 'write', entry }
            }).catch(() => {})
          }
          return await processPayment(command)
        },
      }
    },
  },
]
