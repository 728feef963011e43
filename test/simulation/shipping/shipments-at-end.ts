import type { Payment } from '#domain/payments/payment.js'
import { isUnknown, TRACKED_MS } from '#domain/shipping/schedule.js'
import { wantedAt, type Shipment } from '#domain/shipping/shipment.js'
import type { TrackingEvent, TrackingKind } from '#domain/shipping/tracking.js'
import { DAY_MS, laterBy, MINUTE_MS } from '#domain/time.js'
import { MOMENT_OF_START, momentOf, spawn, violate, type Context } from '../context.js'
import type { Node } from '../node.js'
import { allPayments, together } from '../quiet.js'
import type { Label } from './depot.js'

/** More than any schedule has steps; and longer than any parcel is looked at. */
const LEAPS_MAX = 30
const LEAP_MS = 46 * DAY_MS
const REPEATS = 6
const ALL = { status: null, carrier: null, sellerId: null, flag: null, from: null, to: null }
/** Kinds that move nothing. */
const STILL: readonly TrackingKind[] = ['registered', 'on_hold', 'unknown']

/** Lets all looks be made, has a person decide what is left, and compares what is recorded with what carriers have made. */
export async function checkShipments (context: Context, nodes: readonly Node[]): Promise<void> {
  if (!context.shipping.isOpen) return
  await lookAtAll(context, nodes)
  await decideUnknown(context, nodes)
  await lookAtAll(context, nodes)
  await together(context, nodes, async (node) => { await node.dispatch() })
  await repeat(context, nodes)
  const shipments = await allShipments(context)
  const payments = new Map((await allPayments(context)).map((payment) => [payment.paymentId, payment]))
  for (const shipment of shipments) {
    checkEnd(context, shipment)
    checkStatus(context, shipment)
    checkRefunded(context, shipment, payments.get(shipment.paymentId))
  }
  const known = new Map(shipments.map((shipment) => [shipment.shipmentId, shipment]))
  for (const label of context.shipping.depots.flatMap(({ labels }) => labels)) checkLabel(context, label, known.get(label.shipmentId))
  for (const told of context.shipping.shipments) {
    const found = known.get(told.shipmentId)
    const isKept = found !== undefined && found.version >= told.version && found.paymentId === told.paymentId && JSON.stringify(found.items) === JSON.stringify(told.items) && told.flags.every((flag) => found.flags.includes(flag) || context.shipping.resolved.has(told.shipmentId))
    if (!isKept) violate(context, 'what was acknowledged is found as it was acknowledged', `${told.shipmentId} in version ${told.version}`)
  }
  await checkNews(context)
}

async function allShipments ({ store }: Context): Promise<readonly Shipment[]> {
  return (await store.shipments.list(ALL, { before: null, limit: 1000 })).items
}

/** Time leaps from one due moment of what is not known to the next, and then past the last look at any parcel. */
async function lookAtAll (context: Context, nodes: readonly Node[]): Promise<void> {
  const { scheduler, store } = context
  for (let leap = 0; leap < LEAPS_MAX; leap++) {
    const due = await store.shipments.due('9999', 1000)
    // Hints of carriers that waited meanwhile are tried again, too.
    if (due.length === 0 && (await store.webhookEvents.due('9999', 1)).length === 0) return
    const unknown = due.filter(isUnknown)
    const until = unknown.length === 0 ? scheduler.now + LEAP_MS : Math.max(...unknown.map(({ check }) => Date.parse(String(check?.dueAt)))) - MOMENT_OF_START + MINUTE_MS
    await scheduler.run({ until: Math.max(until, scheduler.now + 4 * MINUTE_MS) })
    await together(context, nodes, async (node) => { await node.complete() })
  }
}

/** An administrator has the carrier asked about what was given up, and decides what it does not know. */
async function decideUnknown (context: Context, nodes: readonly Node[]): Promise<void> {
  const { scheduler, shipping, random } = context
  for (const { shipmentId } of (await allShipments(context)).filter(isUnknown)) {
    spawn(context, async () => {
      const { status, carrier, cancellation } = await random.pick(nodes).serve(async ({ reconcileShipment }) => await reconcileShipment(shipmentId))
      const isLive = shipping.depots.some((depot) => depot.ofShipment({ shipmentId }).some((label) => !label.isCanceled))
      if (!isUnknown({ status, cancellation }) || isLive || carrier === 'manual') return
      shipping.resolved.add(shipmentId)
      await random.pick(nodes).serve(async ({ resolveShipment }) => await resolveShipment({ shipmentId, as: 'canceled' }))
    })
  }
  await scheduler.run()
}

/** A key is good for ever. */
async function repeat (context: Context, nodes: readonly Node[]): Promise<void> {
  const { shipping, random, ledger, scheduler } = context
  for (const command of shipping.commands.slice(0, REPEATS)) {
    spawn(context, async () => {
      const { shipment, replayed } = await random.pick(nodes).serve(async ({ createShipment }) => await createShipment(command))
      if (!replayed) violate(context, 'one key leads to one entity', `${command.key} was taken for a new one`)
      ledger.answered(`shipment ${command.key}`, shipment.shipmentId)
    })
  }
  await scheduler.run()
  for (const [key, ids] of ledger.answers) if (key.startsWith('shipment ') && ids.size > 1) violate(context, 'one key leads to one entity', `${key}: ${[...ids].join()}`)
}

function checkEnd (context: Context, shipment: Shipment): void {
  const { shipmentId, status, check, lease, flags, carrier } = shipment
  const isOpen = !['refused', 'canceled', 'delivered', 'returned'].includes(status)
  // No parcel is looked at for longer: one that is known to move only then, after its cancellation, is left to those who are told of it.
  const isLate = flags.includes('moved_after_cancel') && laterBy(wantedAt(shipment), TRACKED_MS) <= momentOf(context)
  const isTold = flags.includes('outcome_unknown') || flags.includes('tracking_silent') || isLate || carrier === 'manual'
  const isLeased = lease.until !== null && lease.until > momentOf(context)
  if (check !== null || isLeased || (isOpen && !isTold) || (isUnknown(shipment) && !flags.includes('outcome_unknown'))) {
    violate(context, 'everything becomes final or flagged', `${shipmentId} is ${status}, to be looked at ${check?.dueAt ?? 'never'} (${flags.join()})`)
  }
}

/** Where a parcel stays, by what has happened to it in its order, and by what people say of it. */
function checkStatus (context: Context, { shipmentId, carrier, carrierReference, status, events, cancellation, flags }: Shipment): void {
  const label = context.shipping.depots.flatMap((depot) => depot.ofShipment({ shipmentId })).find(({ reference }) => carrierReference === null || reference === carrierReference)
  const words = events.filter(({ rawCode }) => carrier === 'manual' || rawCode === 'CONFIRMED_BY_BUYER' || rawCode === 'RESOLVED')
  if (status === 'refused' || status === 'pending' || context.shipping.resolved.has(shipmentId)) return
  const happened = [...label?.events ?? [], ...words]
  const canceledAt = cancellation?.confirmedAt ?? null
  const isMoved = canceledAt !== null && happened.some(({ kind, occurredAt }) => !STILL.includes(kind) && occurredAt > canceledAt)
  const wanted = canceledAt === null || isMoved ? stayOf(happened) : 'canceled'
  if (isMoved !== flags.includes('moved_after_cancel')) violate(context, 'the status of a shipment is what its carrier has said', `${shipmentId} moved ${isMoved ? '' : 'not '}after ${canceledAt}`)
  if (status !== wanted) violate(context, 'the status of a shipment is what its carrier has said', `${shipmentId} is ${status}, its parcel ${wanted}`)
}

function stayOf (events: readonly TrackingEvent[]): string {
  let stay = 'created'
  for (const { kind } of events.toSorted((one, other) => one.occurredAt.localeCompare(other.occurredAt))) {
    const isKept = STILL.includes(kind) || stay === 'returned' || (stay === 'delivered' && kind !== 'returning' && kind !== 'returned') || (stay === 'returning' && kind !== 'delivered' && kind !== 'returned')
    if (!isKept) stay = kind
  }
  return stay
}

/** Where all money went back, no label is left as if nothing had happened, and no parcel moves without a word. */
function checkRefunded (context: Context, { shipmentId, status, flags, cancellation }: Shipment, payment: Payment | undefined): void {
  if (payment?.status !== 'refunded' || cancellation !== null || flags.length > 0 || !['created', 'handed_over', 'in_transit'].includes(status)) return
  violate(context, 'a refund of all stops a label, or is told of', `${shipmentId} is ${status}`)
}

/** What costs money is known to belong to its shipment, or a person is told. */
function checkLabel (context: Context, { reference, shipmentId, isCanceled }: Label, shipment: Shipment | undefined): void {
  const isOurs = shipment?.carrierReference === reference && shipment.status !== 'refused' && (shipment.status !== 'canceled' || isCanceled || context.shipping.canceled.has(shipmentId))
  const isTold = shipment?.flags.some((flag) => flag === 'outcome_unknown' || flag === 'moved_after_cancel') === true
  if (isOurs || isTold || (isCanceled && shipment?.status === 'canceled')) return
  violate(context, 'a label belongs to a shipment that says so, or a person is told', `${reference} of ${shipmentId}, which is ${shipment?.status} with ${shipment?.carrierReference ?? 'no label'}`)
}

async function checkNews (context: Context): Promise<void> {
  const { store, shipping, quarantined } = context
  for (const { carrier, eventId } of shipping.news) {
    const key = `shipment:${carrier}#${eventId}`
    const state = (await store.webhookEvents.find(key))?.state ?? 'gone'
    if (state !== 'applied' && state !== 'parked' && !quarantined.has(key)) violate(context, 'news that was acknowledged has its effect', `${key} is ${state}`)
  }
}
