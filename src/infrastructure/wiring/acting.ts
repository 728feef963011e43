import type { EventActor } from '#domain/live/event-actor.js'
import type { PaymentChange } from '#domain/payments/decision.js'
import type { Stores } from '#application/ports/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'

interface Eventful {
  readonly events: ReadonlyArray<{ readonly by?: EventActor }>
}

/** Notes who acts in the events of payments and shipments, so that no use case has to pass it on. What rooms write is gathered from several people: their use cases name them. */
export function withActors<S extends Stores> (stores: S, current: () => EventActor): S {
  const { payments, shipments, streamers } = stores
  const named = <T extends Eventful>(decision: T, by: EventActor): T =>
    decision.events.length === 0 ? decision : { ...decision, events: decision.events.map((event) => ({ ...event, by })) }
  /** A store may run a change later, in the turn of another request. */
  const naming = <Before, After extends Eventful>(change: (before: Before) => After) => {
    const by = current()
    return (before: Before): After => named(change(before), by)
  }
  return {
    ...stores,
    payments: withMethods(payments, {
      insert: async (decision, options) => await payments.insert(named(decision, current()), options),
      update: async (paymentId, change, options) => await payments.update(paymentId, naming(change), options),
    }),
    shipments: withMethods(shipments, {
      insert: async (shipment, addresses, reserve: PaymentChange, known, events = []) =>
        await shipments.insert(shipment, addresses, naming(reserve), known, named({ events }, current()).events),
      update: async (shipmentId, change, options) => await shipments.update(shipmentId, naming(change), options),
    }),
    streamers: withMethods(streamers, {
      post: async (ids, change, options) => await streamers.post(ids, change, options.purchase == null ? options : { ...options, purchase: named(options.purchase, current()) }),
    }),
  }
}
