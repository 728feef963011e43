import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import type { EventReader, EventsPage, EventsQuery } from '#application/live/event-reader.js'
import { positionIn, positionWord } from '#application/live/position.js'
import { DomainError } from '#domain/errors.js'
import { isPrivate } from '#domain/live/published-event.js'
import { PAYMENT_EVENT_TYPES } from '#domain/payments/decision.js'
import { ROOM_EVENT_TYPES } from '#domain/rooms/room-event.js'
import { SHIPMENT_EVENT_TYPES } from '#domain/shipping/decision.js'
import { SECOND_MS } from '#domain/time.js'
import { describe } from '../openapi/openapi.js'
import { DEFAULT_LIMIT, Limit } from '../shared/lists.js'
import { HttpProblem } from '../shared/problem.js'
import { EventActor } from './history-routes.js'
import { nullable, ref, shownAs, strict, Timestamp } from '../shared/schemas.js'

export interface EventLogOptions {
  readonly eventReader: EventReader
}

/** Requests that wait at once in a process. */
const WAITING_MAX = 100
const WAIT_MAX_S = 20
const RETRY_S = 5
const TYPES: ReadonlySet<string> = new Set([...PAYMENT_EVENT_TYPES, ...SHIPMENT_EVENT_TYPES, ...ROOM_EVENT_TYPES])

const Wait = shownAs(
  Type.String({ pattern: '^(1?[0-9]|20)$', description: `A number from 0 to ${WAIT_MAX_S}: the seconds that the answer waits for an event if there is none. Default: 0` }),
  Type.Integer({ minimum: 0, maximum: WAIT_MAX_S, default: 0 })
)
const EventsQuerySchema = Type.Object({
  after: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`position` of the answer before, or `now` for what comes from now on. Default: from the oldest event that is kept' })),
  types: Type.Optional(Type.String({ pattern: '^[a-z_.]{1,40}(,[a-z_.]{1,40}){0,49}$', description: 'Types of events, with commas between them: events of these alone' })),
  limit: Type.Optional(Limit),
  wait: Type.Optional(Wait),
}, strict)

const example = {
  id: '2026-11-23T13:00:00.000Z#pay_1#000002.000', type: 'payment.succeeded', occurredAt: '2026-11-23T13:00:00.000Z', subjectId: 'pay_1', version: 2, by: { kind: 'provider', id: null }, data: { userId: 'ayse', sellerId: 'sela', provider: 'simulator', currency: 'TRY', amount: 34_990, status: 'succeeded', previousStatus: 'pending', refundId: null },
}
export const LogEvent = Type.Object({
  id: Type.String(),
  type: Type.String(),
  occurredAt: Timestamp,
  subjectId: Type.String({ description: 'The payment, shipment or room of the event' }),
  version: nullable(Type.Integer({ minimum: 1, description: 'The version of what has changed' })),
  by: Type.Optional(ref(EventActor)),
  data: Type.Unsafe<EventsPage['items'][number]['data']>({ title: 'LogEventData', type: 'object', additionalProperties: true, description: 'Facts, which depend on the type' }),
}, { $id: 'LogEvent', examples: [example] })
export const LogEvents = Type.Object({
  items: Type.Array(ref(LogEvent)),
  position: Type.String({ description: 'To be sent as `after`' }),
  reset: Type.Boolean({ description: 'True where events behind `after` have expired: read anew what you keep' }),
  hasMore: Type.Boolean({ description: 'Whether the log has more behind `position`, also where no item was found yet' }),
}, { $id: 'LogEvents', examples: [{ items: [example], position: 'b.a.q.a.a.c.a.a', reset: false, hasMore: false }] })

/** The event log as a whole, without what it says of private conversations. */
export const eventLogRoutes: FastifyPluginAsyncTypebox<EventLogOptions> = async (app, { eventReader }) => {
  const stopping = new AbortController()
  let waiting = 0
  app.addHook('preClose', async () => { stopping.abort() })

  app.get('/api/admin/events', {
    config: { policy: 'admin', scope: 'read', waits: true, refuses: ['invalid_cursor'] },
    schema: {
      ...describe('listEvents', 'Back office', 'List the events of payments, shipments and rooms in the order of their effects, oldest first, or wait for the next one'),
      querystring: EventsQuerySchema,
      response: { 200: ref(LogEvents) },
    },
  }, async ({ query: { after, types, limit, wait = '0' } }, reply) => {
    const query = { after: afterIn(after), isWanted: wantedOf(types), limit: limit === undefined ? DEFAULT_LIMIT : Number(limit) }
    const { items, position, isReset: reset, hasMore } = wait === '0' ? await eventReader.read(query) : await waitFor(query, Number(wait), reply)
    return { items: [...items], position: positionWord(position), reset, hasMore }
  })

  async function waitFor (query: EventsQuery, seconds: number, reply: FastifyReply): Promise<EventsPage> {
    if (waiting >= WAITING_MAX) throw new HttpProblem('overloaded', 'as many requests wait for events as this process takes', RETRY_S)
    waiting++
    const gone = new AbortController()
    reply.raw.once('close', () => { gone.abort() })
    try {
      return await eventReader.readWhenThere(query, AbortSignal.any([gone.signal, stopping.signal, AbortSignal.timeout(seconds * SECOND_MS)]))
    } finally {
      waiting--
    }
  }
}

/** @throws invalid_cursor */
function afterIn (after = 'start'): EventsQuery['after'] {
  if (after === 'start' || after === 'now') return after
  const position = positionIn(after)
  if (position === null) throw new DomainError('invalid_cursor', 'send position of the answer before')
  return position
}

/** @throws validation_failed for a type that there is not */
function wantedOf (types: string | undefined): EventsQuery['isWanted'] {
  if (types === undefined) return (event) => !isPrivate(event)
  const wanted = new Set(types.split(','))
  for (const type of wanted) if (!TYPES.has(type)) throw new HttpProblem('validation_failed', `/querystring/types has ${type}, and there are no such events here`)
  return ({ type }) => wanted.has(type)
}
