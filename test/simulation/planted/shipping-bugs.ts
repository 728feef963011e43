import { withMethods } from '#adapters/durability/proxy.js'
import type { Carriers } from '#application/shipping/carriers.js'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { fold } from '#domain/fold.js'
import { withShipmentState } from '#domain/payments/fulfillment.js'
import { PROVINCES, type Province } from '#domain/shipping/places.js'
import type { NewsBody } from '../shipping/carrier-webhook.js'
import type { Ports } from '../use-cases.js'
import { instead, type PlantedBug } from './planted-bug.js'

const decoder = new TextDecoder()

const inCarriers = (name: string, change: (carrier: ShippingCarrier) => Partial<ShippingCarrier>): PlantedBug => ({
  name,
  ports: ({ carriers }: Ports) => ({ carriers: carriers.map((carrier) => instead(carrier, change(carrier))) as unknown as Carriers }),
})

/** Of two things the one whose name begins most like a text. */
function nearest<T> (things: readonly T[], nameOf: (thing: T) => string, text: string): T {
  const shared = (thing: T): number => {
    const [name, wanted] = [fold(nameOf(thing)), fold(text)]
    let length = 0
    while (length < name.length && name[length] === wanted[length]) length++
    return length
  }
  return things.toSorted((one, other) => shared(other) - shared(one))[0] as T
}

/** Bugs in how labels are bought and parcels are followed. */
export const SHIPPING_BUGS: readonly PlantedBug[] = [
  inCarriers('a label that is bought again after a lost answer', (carrier) => ({
    create: async (request, progress) => {
      const answer = await carrier.create(request, progress)
      return answer.kind === 'unknown' && progress !== null ? await carrier.create(request, null) : answer
    },
  })),
  inCarriers('a purchase before its progress is stored', (carrier) => ({
    create: async (request, progress) => {
      const answer = await carrier.create(request, progress)
      return answer.kind === 'progress' ? await carrier.create(request, answer.progress) : answer
    },
  })),
  {
    name: 'a refused label that keeps its things',
    store: ({ shipments, payments }) => ({
      shipments: withMethods(shipments, {
        update: async (shipmentId, change, options) => {
          const update = await shipments.update(shipmentId, change, options)
          const { paymentId, status, updatedAt } = update.shipment
          if (status === 'refused') await payments.update(paymentId, (payment) => withShipmentState(payment, shipmentId, 'open', updatedAt))
          return update
        },
      }),
    }),
  },
  inCarriers('a hint of a carrier that is believed', (carrier) => ({
    verifyWebhook: (delivery) => {
      const webhook = carrier.verifyWebhook(delivery)
      return webhook.news === 'ask' ? { ...webhook, news: [(JSON.parse(decoder.decode(delivery.body)) as NewsBody).event] } : webhook
    },
  })),
  inCarriers('a cancellation of a label that is believed without a look', (carrier) => {
    const believed = new Set<string>()
    return {
      cancel: async (shipment) => {
        const answer = await carrier.cancel(shipment)
        if (answer.kind === 'canceled') believed.add(shipment.shipmentId)
        return answer
      },
      find: async (shipment, now) => believed.has(shipment.shipmentId) ? { kind: 'not_found' } : await carrier.find(shipment, now),
    }
  }),
  {
    name: 'an address that is matched approximately',
    useCases: ({ createShipment }) => ({
      createShipment: async (command) => {
        const { recipient } = command.request
        if (recipient === null) return await createShipment(command)
        const { name: city, districts }: Province = nearest(PROVINCES, ({ name }) => name, recipient.city)
        const district = nearest(districts, (name) => name, recipient.district)
        return await createShipment({ ...command, request: { ...command.request, recipient: { ...recipient, city, district } } })
      },
    }),
  },
  {
    name: 'items that are looked up before, and not reserved with the shipment',
    ports: ({ shipments }) => ({
      shipments: instead(shipments, {
        insert: async (shipment, addresses, reserve, known) => {
          const { payment: { shipments: reserved } } = reserve(known)
          return await shipments.insert(shipment, addresses, (current) => ({ payment: { ...current, version: current.version + 1, shipments: [...current.shipments, ...reserved.slice(-1)] }, events: [] }), known)
        },
      }),
    }),
  },
  {
    name: 'a label that is made late, and not looked for',
    ports: ({ carriers }) => ({
      carriers: carriers.map((carrier) => instead(carrier, {
        find: async (shipment, now) => shipment.status === 'canceled' ? { kind: 'not_found' } : await carrier.find(shipment, now),
      })) as unknown as Carriers,
    }),
  },
  {
    name: 'looks at parcels that are never made',
    useCases: () => ({ completeShipments: async () => false }),
  },
  {
    name: 'a refund that labels do not hear of',
    store: ({ shipments }) => ({
      shipments: withMethods(shipments, {
        update: async (shipmentId, change, options) => await shipments.update(shipmentId, (current) => {
          const decision = change(current)
          const { cancellation, flags, lease } = decision.shipment
          const isRefund = flags.includes('refunded_in_transit') && !current.flags.includes('refunded_in_transit')
          const isWish = current.cancellation === null && cancellation?.confirmedAt === null && lease.owner === current.lease.owner
          return isRefund || isWish ? { shipment: current, events: [] } : decision
        }, options),
      }),
    }),
  },
]
