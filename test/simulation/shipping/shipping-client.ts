import { identity } from '#adapters/system/system.js'
import type { CreateShipmentCommand, LabelRequest } from '#application/shipping/create-shipment.js'
import type { Caller } from '#domain/accounts/session.js'
import { isCaptured, type Payment } from '#domain/payments/payment.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { PARCEL, PARTY } from '../../support/shipments.js'
import type { Client } from '../client.js'
import { violate } from '../context.js'
import { textOf } from './carrier.js'
import type { WrittenPlace } from './shipping-ledger.js'

const ADMIN: Caller = { userId: null, admin: true }
const PLACES: readonly WrittenPlace[] = [
  { city: 'İstanbul', district: 'Kadıköy', meant: { cityCode: '34', district: 'Kadıköy' } },
  { city: 'istanbul', district: 'KADIKOY', meant: { cityCode: '34', district: 'Kadıköy' } },
  { city: 'IZMIR', district: ' konak ', meant: { cityCode: '35', district: 'Konak' } },
  { city: 'şanlıurfa', district: 'Eyyubiye', meant: { cityCode: '63', district: 'Eyyübiye' } },
  { city: 'İstanbul', district: 'Kadıköyü', meant: null },
  { city: 'İzmir', district: 'Kona', meant: null },
  { city: 'Urfa', district: 'Eyyübiye', meant: null },
]
const PARALLEL = 0.3
const decoder = new TextDecoder()

/** The same few payments, so that those who ship meet. */
function paidOrder ({ context: { random, ledger } }: Client): Payment | null {
  const paid = ledger.payments.filter((payment) => isCaptured(payment)).slice(-12)
  return paid.length === 0 ? null : random.pick(paid)
}

function shipped ({ context: { random, shipping } }: Client): Shipment | null {
  const told = shipping.shipments.slice(-8)
  return told.length === 0 ? null : random.pick(told)
}

function shipperOf ({ context: { random } }: Client, { sellerId }: Pick<Payment, 'sellerId'>): Caller {
  return sellerId === null || random.chance(0.3) ? ADMIN : { userId: sellerId, admin: false }
}

/** Has a label made; sometimes by two clicks at once, sometimes beside another one for the same things, sometimes once more for something else. */
export async function ship (client: Client): Promise<void> {
  const { context: { random, scheduler } } = client
  const payment = paidOrder(client)
  if (payment === null) return
  const command = commandFor(client, payment)
  const beside = random.weighted({ none: 50, same: 30, other: 20 })
  await Promise.all([make(client, command), ...(beside === 'none' ? [] : [make(client, beside === 'same' ? command : commandFor(client, payment))])])
  if (!random.chance(0.4)) return
  await scheduler.sleep(random.between(10, 90_000))
  if (!await make(client, command)) return
  const { answer } = await client.ask('ship something else', async ({ createShipment }) => await createShipment({ ...command, request: { ...command.request, service: 'another' } }))
  if (answer !== null) violate(client.context, 'one key leads to one entity', `${command.key} was taken for another shipment`)
}

function commandFor (client: Client, payment: Payment): CreateShipmentCommand {
  const { context: { random, shipping }, name, count } = client
  const { paymentId } = payment
  const carrier = random.weighted({ kargo: 50, kurye: 30, '': 12, manual: 8 })
  const key = `ship-${name}-${count()}`
  const place = random.pick(PLACES)
  shipping.places.set(identity.derived('ship', [paymentId, 'shipment', key]), place)
  const all = payment.items.map(({ quantity }, index) => ({ index, quantity }))
  const request: LabelRequest = {
    carrier: carrier === '' ? null : carrier,
    service: random.pick([null, 'standard']),
    parcels: [PARCEL],
    items: payment.items.length === 0 || random.chance(0.3) ? null : random.pick([all, all.slice(0, 1), all.slice(1), [{ index: 0, quantity: 1 }]]),
    recipient: { ...PARTY, ...place },
    sender: PARTY,
    price: random.pick([null, { amount: 4_000, currency: 'TRY' }]),
    typed: carrier === 'manual' ? { carrierName: 'Ambar', trackingNumber: key, trackingUrl: null } : null,
  }
  return { caller: shipperOf(client, payment), paymentId, key, request }
}

/** Whether it was answered. */
async function make ({ context, ask }: Client, command: CreateShipmentCommand): Promise<boolean> {
  const { shipping, ledger } = context
  const { answer } = await ask(command.key, async ({ createShipment }) => await createShipment(command))
  if (answer === null) return false
  const { shipment } = answer
  const { shipmentId, carrier } = shipment
  shipping.shipments.push(shipment)
  shipping.commands.push(command)
  ledger.answered(`shipment ${command.key}`, shipmentId)
  if (carrier !== 'manual' && shipping.places.get(shipmentId)?.meant === null) violate(context, 'a parcel goes to the place that was written', `${shipmentId} goes to a place that merely resembles it`)
  return true
}

export async function quote (client: Client): Promise<void> {
  const payment = paidOrder(client)
  if (payment === null) return
  const { paymentId } = payment
  const request = { carrier: client.context.random.pick([null, 'kargo']), parcels: [PARCEL], recipient: PARTY, sender: PARTY }
  await client.ask('quote', async ({ quoteShipment }) => await quoteShipment({ caller: shipperOf(client, payment), paymentId, request }))
}

/** Cancels a label, sometimes twice at once, and sometimes that of a parcel that is about to move. */
export async function cancelLabel (client: Client): Promise<void> {
  const { context: { random } } = client
  const shipment = shipped(client)
  if (shipment === null) return
  const once = async (): Promise<void> => { await change(client, 'cancel label', async ({ cancelShipment }) => await cancelShipment({ caller: shipperOf(client, shipment), shipmentId: shipment.shipmentId })) }
  await Promise.all([once(), ...(random.chance(PARALLEL) ? [once()] : [])])
}

/** Looks, whatever node is asked: nothing is older than what was told before. */
export async function readShipment (client: Client): Promise<void> {
  const { context, ask } = client
  const told = shipped(client)
  if (told === null) return
  const { shipmentId, paymentId } = told
  const { answer } = await ask('get shipment', async ({ getShipment }) => await getShipment({ caller: ADMIN, shipmentId }))
  if (answer !== null && answer.shipment.version < told.version) violate(context, 'a read sees what was acknowledged before it', `${shipmentId} in version ${told.version}, then in ${answer.shipment.version}`)
  const known = context.shipping.shipments.filter((shipment) => shipment.paymentId === paymentId).map((shipment) => shipment.shipmentId)
  const { answer: listed, isStale } = await ask('list shipments', async ({ listShipmentsOfPayment }) => await listShipmentsOfPayment({ caller: ADMIN, paymentId }))
  if (listed !== null && !isStale && !known.every((id) => listed.some((shipment) => shipment.shipmentId === id))) violate(context, 'a read sees what was acknowledged before it', `the shipments of ${paymentId}`)
}

/** The label of the shipment, and of no other one. */
export async function readLabel (client: Client): Promise<void> {
  const shipment = shipped(client)
  if (shipment === null) return
  const { answer } = await client.ask('read label', async ({ readLabel: read }) => await read({ caller: shipperOf(client, shipment), shipmentId: shipment.shipmentId, format: 'zpl' }))
  if (answer === null) return
  const labels = client.context.shipping.depots.flatMap((depot) => depot.ofShipment(shipment)).map(textOf)
  if (!labels.includes(decoder.decode(answer.bytes))) violate(client.context, 'the status of a shipment is what its carrier has said', `${shipment.shipmentId} has the label of another one`)
}

/** A seller or an administrator says where a parcel is that they have handed over themselves; a buyer, that they have it. */
export async function report (client: Client): Promise<void> {
  const { context: { random } } = client
  const shipment = shipped(client)
  if (shipment === null) return
  const { shipmentId, buyerId } = shipment
  if (random.chance(0.3)) return await change(client, 'confirm delivery', async ({ confirmDelivery }) => await confirmDelivery({ caller: { userId: buyerId, admin: false }, shipmentId }))
  if (shipment.carrier !== 'manual') return
  const kind = random.pick(['handed_over', 'in_transit', 'lost', 'returned'] as const)
  await change(client, 'report', async ({ reportEvent }) => await reportEvent({ caller: shipperOf(client, shipment), shipmentId, kind, occurredAt: null, note: '' }))
}

/** All of the money goes back while a parcel may be on its way. */
export async function refundShipped (client: Client): Promise<void> {
  const { context: { ledger }, name, count, ask } = client
  const shipment = shipped(client)
  if (shipment === null) return
  const { paymentId } = shipment
  const key = `refund-${name}-${count()}`
  const { answer } = await ask(key, async ({ refundPayment }) => await refundPayment({ caller: ADMIN, paymentId, key, amount: null, reason: null }))
  if (answer === null) return
  ledger.answered(`refund ${paymentId} ${key}`, answer.refund.refundId)
  ledger.refunds.push({ paymentId, refund: answer.refund })
}

export async function askCarrier (client: Client): Promise<void> {
  const shipment = shipped(client)
  if (shipment !== null) await change(client, 'ask carrier', async ({ reconcileShipment }) => await reconcileShipment(shipment.shipmentId))
}

async function change ({ context: { shipping }, ask }: Client, what: string, run: Parameters<Client['ask']>[1]): Promise<void> {
  const { answer } = await ask(what, run)
  if (answer !== null) shipping.shipments.push(answer as Shipment)
}
