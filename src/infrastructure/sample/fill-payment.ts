import type { OpenedRoom } from './fill-room.js'
import type { SampleParcel } from './parcels.js'
import type { SamplePayment } from './payments.js'
import type { Tally } from './tally.js'

const BOX = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }

/** A payment, and what becomes of it. */
export async function fillPayment (tally: Tally, payment: SamplePayment, rooms: ReadonlyMap<string, OpenedRoom>): Promise<void> {
  const { call, counted } = tally
  const { name, payer: { id: as, address: shippingAddress }, seller, currency, items, shippingAmount, amount, token, refunds, isCanceled, isDisputedByLetter, parcel, ordered } = payment
  const room = ordered === undefined ? {} : { roomId: (rooms.get(ordered.room) as OpenedRoom).roomId, productId: ordered.productId }
  const description = items.map((item) => `${item.quantity} × ${item.name}`).join(', ')
  const order = { orderId: name, sellerId: seller.id, amount, currency, description, items, shippingAmount, shippingAddress, provider: 'simulator', paymentMethod: { token }, ...room }
  const { body: { paymentId } } = await counted({ as, method: 'POST', path: '/api/payments/process', key: name, body: order, expected: ['payment_declined'] })
  const path = `/payments/${String(paymentId)}`
  // What has ended without money is answered as a refusal, without an id.
  if (isCanceled === true && paymentId !== undefined) await call({ as, method: 'POST', path: `/api${path}/cancel` })
  for (const [index, refund] of refunds.entries()) {
    await counted({ as: seller.id, method: 'POST', path: `/api${path}/refund`, key: `${name}-refund-${index}`, body: refund, expected: ['refund_failed'] })
  }
  // The same word about a dispute changes nothing.
  if (isDisputedByLetter === true) await call({ as: null, method: 'POST', path: `/api/admin${path}/disputes`, body: { disputeId: `${name}-dispute`, amount, status: 'open', note: 'letter of the bank' } })
  if (parcel !== undefined) await ship(tally, payment, parcel, `/api${path}`)
}

/** A parcel, and its way. What was reported before is counted, so that nothing is reported twice. */
async function ship ({ call, counted }: Tally, { name, payer, seller: { id: seller } }: SamplePayment, { service, reports, ends, wantsBack }: SampleParcel, payment: string): Promise<void> {
  const typed = { carrier: 'manual', carrierName: 'PTT Kargo', trackingNumber: `PTT-${name}` }
  const label = service === null ? typed : { carrier: 'simulator', service, parcels: [BOX], ...(service === 'sim_price_differs' && { price: { amount: 7_000, currency: 'TRY' } }) }
  const { body: { shipmentId, events, status } } = await counted({ as: seller, method: 'POST', path: `${payment}/shipments`, key: `${name}-parcel`, body: label, expected: ['shipment_refused'] })
  const path = `/api/shipments/${String(shipmentId)}`
  const reported = service === null ? (events as readonly unknown[]).length : 0
  for (const kind of reports.slice(reported)) await call({ as: seller, method: 'POST', path: `${path}/events`, body: { kind } })
  if (ends === 'confirmed' && status !== 'delivered') await call({ as: payer.id, method: 'POST', path: `${path}/confirm-delivery` })
  if (ends === 'canceled' && status !== 'canceled') await call({ as: seller, method: 'POST', path: `${path}/cancel` })
  if (wantsBack === undefined) return
  const { reason, answer } = wantsBack
  const { body: { shipmentId: returnId } } = await counted({ as: payer.id, method: 'POST', path: `${payment}/returns`, key: `${name}-return`, body: { reason } })
  const back = `/api/shipments/${String(returnId)}`
  if (answer === 'accepted') await call({ as: seller, method: 'POST', path: `${back}/accept`, body: { ...typed, trackingNumber: `PTT-${name}-return` } })
  if (answer === 'declined') await call({ as: seller, method: 'POST', path: `${back}/decline`, body: { reason: 'worn' } })
}
