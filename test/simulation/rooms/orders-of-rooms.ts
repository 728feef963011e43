import { ROOM_SLICES, roomFamily } from '#application/ports/read-models.js'
import { violate, type Context } from '../context.js'
import { allPayments } from '../quiet.js'
import type { Told } from './rooms-at-end.js'

/** The sales of a room are those of its payments, and each order is announced once at most, and only where money was taken. */
export async function checkOrders (context: Context, { roomId, pages }: Told): Promise<void> {
  const wrong = (what: string): void => { violate(context, 'an order in a room is announced and counted once', `${roomId}: ${what}`) }
  const sold = (await allPayments(context)).filter((payment) => payment.roomId === roomId && payment.capturedAmount > 0)
  const figures = (await context.store.stats.read(roomFamily(roomId), ROOM_SLICES.from, ROOM_SLICES.before)).map((slice) => slice.figures)
  const total = (name: string): number => figures.reduce((sum, of) => sum + (of[name] ?? 0), 0)
  const refunds = sold.reduce((sum, { refundedAmount }) => sum + refundedAmount, 0)
  const amount = sold.reduce((sum, { capturedAmount }) => sum + capturedAmount, 0)
  const kept = [total('orders_count'), total('sold_amount'), total('refunds_amount')].join()
  if (kept !== [sold.length, amount, refunds].join()) wrong(`counted are ${kept} orders, minor units and refunds, sold ${[sold.length, amount, refunds].join()}`)
  const announced = pages.flatMap(({ entries }) => entries.filter((entry) => entry.type === 'order'))
  if (new Set(announced.map(({ messageId }) => messageId)).size < announced.length) wrong('an order is announced twice')
  if (announced.length > sold.length) wrong(`${announced.length} orders are announced, and ${sold.length} were paid`)
}
