import type { Carriers } from '#application/shipping/carriers.js'
import { makeCompleteShipments } from '#application/shipping/complete-shipments.js'
import type { CreatedShipment, LabelRequest } from '#application/shipping/create-shipment.js'
import { makeApplyNews } from '#application/shipping/decide-shipment.js'
import { makeShippingUseCases } from '#application/shipping/use-cases.js'
import type { SenderOf } from '#application/ports/sender.js'
import type { ShipmentStore } from '#application/ports/shipment-store.js'
import type { Stores } from '#application/ports/stores.js'
import { DAY_MS } from '#domain/time.js'
import type { Payment } from '#domain/payments/payment.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { aPayment, countingIdentity, seller, settableClock } from './builders.js'
import { PARCEL, PARTY } from './shipments.js'
import { ScriptedCarrier } from './scripted-carrier.js'

export const ITEMS = [{ name: 'Scarf', quantity: 2, unitAmount: 2_500 }, { name: 'Hat', quantity: 1, unitAmount: 5_000 }]
export const WRITTEN = { contactName: 'Cem Kaya', phone: '+905321234567', line1: 'Gül Sokak 7', district: 'kadikoy', city: 'istanbul', country: 'TR' }

interface Options {
  readonly carriers?: readonly [ScriptedCarrier, ...ScriptedCarrier[]]
  readonly stores?: Stores
  readonly through?: (shipments: ShipmentStore) => ShipmentStore
  readonly senderOf?: SenderOf
  /** How long addresses are kept. */
  readonly shippingPiiMs?: number
}

/** The use cases of shipping on memory, a scripted carrier and a clock that stands still, with a paid order of ada at sela. */
export async function shippingWorld ({ carriers = [new ScriptedCarrier()], stores = memoryStores(), through = (store) => store, senderOf = async () => PARTY, shippingPiiMs = 90 * DAY_MS }: Options = {}) {
  const [carrier] = carriers
  const time = settableClock()
  const identity = countingIdentity()
  const ports = {
    ...stores, shipments: through(stores.shipments), carriers: carriers as Carriers, identity, clock: time.clock, shippingPiiMs, senderOf,
  }
  const pay = async (overrides: Partial<Payment> = {}): Promise<Payment> => {
    const payment = aPayment({ status: 'succeeded', capturedAmount: 10_000, items: ITEMS, followUp: null, lease: { owner: 'done', epoch: 1, until: null }, ...overrides })
    await stores.payments.insert({ payment, events: [] })
    return payment
  }
  await pay()
  const useCases = makeShippingUseCases(ports)
  return {
    ...stores,
    ...useCases,
    carrier,
    ports,
    time,
    pay,
    applyNews: makeApplyNews(ports),
    completeShipments: makeCompleteShipments(ports),
    ship: async (request: Partial<LabelRequest> = {}, key = 'key-1', paymentId = 'pay_1'): Promise<CreatedShipment> => await useCases.createShipment({
      caller: seller, paymentId, key, request: { carrier: null, service: null, parcels: [PARCEL], items: null, recipient: WRITTEN, sender: null, price: null, typed: null, ...request },
    }),
    payment: async (paymentId = 'pay_1') => await stores.payments.find(paymentId),
  }
}
