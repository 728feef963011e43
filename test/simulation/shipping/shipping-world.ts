import { withMethods } from '#adapters/durability/proxy.js'
import type { PaymentRequest } from '#application/payments/process-payment.js'
import type { ShipmentStore } from '#application/ports/shipment-store.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { momentOf, violate, type Context } from '../context.js'
import type { Node } from '../node.js'
import { Random } from '../random.js'
import { checkLease, runFor } from '../watch.js'
import { parcelCourier } from './carrier-webhook.js'
import { Depot, type Label } from './depot.js'

/** How many lives have people who ship. */
const WITH_SHIPPING = 0.15
export const SHIPPERS = ['vedat', 'yasin', 'zuhal']
/** What a person says of a parcel. */
const WORDS: readonly string[] = ['CONFIRMED_BY_BUYER', 'REPORTED', 'RESOLVED']
const FIXED = ['paymentId', 'orderId', 'carrier', 'carrierKey', 'sellerId', 'buyerId', 'createdAt', 'fingerprint'] as const

/** Drawn from numbers of its own, so that a life without them is the one that it would be if there were none. */
export function hasShipping (seed: number): boolean {
  return new Random(seed + 0xca590).chance(WITH_SHIPPING)
}

/** Two carriers: one sells in steps and signs what it tells; the other sells at once, and sends hints. */
export function openShipping (context: Context, nodes: readonly Node[]): void {
  const { random, scheduler, shipping } = context
  const tell = parcelCourier(context, nodes, (carrier) => carrier === 'kargo')
  for (const carrier of ['kargo', 'kurye']) {
    shipping.depots.push(new Depot({ carrier, isInSteps: carrier === 'kargo', random, scheduler, tell, bought: (label) => { checkLabel(context, label) } }))
  }
}

/** Several of some things, where someone ships them. */
export function withItems ({ random, shipping }: Context, request: PaymentRequest): PaymentRequest {
  if (!shipping.isOpen || random.chance(0.2)) return request
  const items = [{ name: 'Atkı', quantity: random.between(1, 3), unitAmount: 100 * random.between(1, 30) }, { name: 'Şapka', quantity: random.between(1, 2), unitAmount: 100 * random.between(1, 30) }]
  return { ...request, items, amount: items.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, 0) }
}

/** What a carrier sells: one label of a shipment, to the place that its buyer means. */
function checkLabel (context: Context, { shipmentId, to }: Label): void {
  const { shipping } = context
  const labels = shipping.depots.flatMap((depot) => depot.ofShipment({ shipmentId }))
  if (labels.length > 1) violate(context, 'a label is bought once for a shipment', `${shipmentId}: ${labels.map(({ reference }) => reference).join()}`)
  const meant = shipping.places.get(shipmentId)?.meant
  if (meant?.cityCode !== to.cityCode || meant.district !== to.district) violate(context, 'a parcel goes to the place that was written', `${shipmentId} goes to ${to.district}`)
}

/** The store itself, with a look at each shipment that is written, and at the items of its payment. */
export function watchedShipments (shipments: ShipmentStore, payments: { readonly find: (paymentId: string) => Promise<Payment | null> }, context: () => Context): ShipmentStore {
  return withMethods(shipments, {
    insert: async (shipment, addresses, reserve, known) => {
      const before = await payments.find(shipment.paymentId)
      const insertion = await shipments.insert(shipment, addresses, reserve, known)
      const isNew = insertion.inserted && before?.shipments.every(({ shipmentId }) => shipmentId !== shipment.shipmentId) === true
      if (isNew && before.capturedAmount === before.refundedAmount) violate(context(), 'only what is paid is shipped', `${before.paymentId} is ${before.status}`)
      await checkItems(context(), payments, insertion.stored)
      return insertion
    },
    update: async (shipmentId, change, options = {}) => {
      const seen: Shipment[] = []
      if (options.known !== undefined && context().random.chance(0.2)) runFor(change, options.known)
      const update = await shipments.update(shipmentId, (current) => {
        seen.push(current)
        return change(current)
      }, options)
      const before = seen.at(-1)
      const { webhookEvent } = options
      if (webhookEvent !== undefined && !update.duplicate) {
        if (context().shipping.effects.has(webhookEvent.eventKey)) violate(context(), 'news takes its effect once', webhookEvent.eventKey)
        context().shipping.effects.add(webhookEvent.eventKey)
      }
      if (before !== undefined && update.shipment !== before) {
        checkStep(context(), before, update.shipment)
        await checkItems(context(), payments, update.shipment)
      }
      return update
    },
  })
}

function checkStep (context: Context, before: Shipment, after: Shipment): void {
  const { shipping } = context
  const { shipmentId, status } = after
  const step = `${shipmentId} ${before.version} → ${after.version}, ${before.status} → ${status}`
  if (after.version !== before.version + 1 || after.updatedAt < before.updatedAt) violate(context, 'each change builds on the one before', step)
  for (const name of FIXED) if (after[name] !== before[name]) violate(context, 'what is final stays as it is', `${step}: ${name}`)
  if (before.carrierReference !== null && after.carrierReference !== before.carrierReference) violate(context, 'what is final stays as it is', `${step}: the label`)
  checkLease(context, step, before.lease, after.lease)
  if (after.carrier === 'manual') return
  const labels = shipping.depots.flatMap((depot) => depot.ofShipment(after))
  if (after.carrierReference !== null && !labels.some(({ reference }) => reference === after.carrierReference)) violate(context, 'the status of a shipment is what its carrier has said', `${step}: ${after.carrierReference} was never bought`)
  if (status === 'refused' && !shipping.refused.has(shipmentId)) violate(context, 'the status of a shipment is what its carrier has said', `${step}: the carrier has refused nothing`)
  const known = [...before.events, ...labels.flatMap(({ events }) => events)].map((event) => JSON.stringify(event))
  for (const event of after.events) {
    if (!WORDS.includes(event.rawCode) && !known.includes(JSON.stringify(event))) violate(context, 'the status of a shipment is what its carrier has said', `${step}: ${event.eventId}`)
  }
  const isConfirmed = (shipment: Shipment): boolean => shipment.cancellation !== null && shipment.cancellation.confirmedAt !== null
  if (!isConfirmed(after) || isConfirmed(before) || shipping.resolved.has(shipmentId)) return
  const isSaid = shipping.canceled.has(shipmentId) || (before.carrierReference === null && shipping.absent.has(shipmentId))
  if (!isSaid) violate(context, 'a label counts as canceled once a look has said so', step)
}

/** Of each item no more is taken than was bought, and a shipment gives its items back when there is surely no label, and only then. */
async function checkItems (context: Context, payments: { readonly find: (paymentId: string) => Promise<Payment | null> }, { shipmentId, paymentId, status, flags }: Shipment): Promise<void> {
  const { shipping } = context
  // What moved after the carrier had said that it was canceled takes the things of another one: a person is told.
  if (flags.includes('moved_after_cancel')) shipping.moved.add(shipmentId)
  const payment = await payments.find(paymentId)
  const taken = payment?.shipments.filter((one) => one.state !== 'void' && !shipping.moved.has(one.shipmentId)) ?? []
  const isAbove = payment?.items.some(({ quantity }, index) => taken.flatMap(({ items }) => items).filter((item) => item.index === index).reduce((sum, item) => sum + item.quantity, 0) > quantity) ?? true
  if (isAbove || (payment?.items.length === 0 && taken.length > 1)) violate(context, 'nothing is shipped above what was bought', `${paymentId}: ${taken.map((one) => one.shipmentId).join()}`)
  const isVoid = payment?.shipments.find((one) => one.shipmentId === shipmentId)?.state === 'void'
  if (isVoid !== (status === 'refused' || status === 'canceled')) violate(context, 'items are given back when there is surely no label, and only then', `${shipmentId} is ${status} at ${momentOf(context)}`)
}
