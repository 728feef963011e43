import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from '@sinclair/typebox'
import type { SalesFigures } from '#domain/payments/room-sales.js'
import type { RoomStats as RoomStatsFound } from '#application/rooms/room-stats.js'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { nullable, ref } from '../shared/schemas.js'
import { RoomParams } from './schemas.js'

const Sum = Type.Integer({ description: 'Minor units' })
const exampleSales = { currency: 'TRY', productId: 'scarf-1' }

export const RoomStats = Type.Object({
  roomId: Type.String(),
  durationS: Type.Integer({ description: 'Seconds from the start to the end, or until now' }),
  minutesCharged: Type.Integer(),
  unchargedMinutes: Type.Integer({ description: 'Minutes of the broadcast that the streamer did not have' }),
  messages: Type.Integer({ description: 'Deleted ones too' }),
  chatters: Type.Integer({ description: 'People who wrote' }),
  deleted: Type.Integer(),
  reports: Type.Integer(),
  orders: Type.Integer({ description: 'Paid orders that name the room' }),
  units: Type.Integer({ description: 'Things in these orders; 1 for an order without items' }),
  revenue: Type.Array(Type.Object({
    currency: Type.String(),
    productId: nullable(Type.String({ description: 'Null for orders that name no product' })),
    orders: Type.Integer(),
    units: Type.Integer(),
    amount: { ...Sum, description: 'What was paid, less refunds and what open and lost disputes take, in minor units' },
  }, { title: 'RoomRevenue' })),
  refunded: Type.Array(Type.Object({
    currency: Type.String(),
    productId: nullable(Type.String()),
    refunds: Type.Integer(),
    amount: Sum,
  }, { title: 'RoomRefunds' })),
  complete: Type.Boolean({ description: 'Whether the room has ended and all that happened before its end is counted. Refunds and disputes may still come' }),
}, {
  $id: 'RoomStats',
  examples: [{
    roomId: 'room_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
    durationS: 3600,
    minutesCharged: 60,
    unchargedMinutes: 0,
    messages: 1200,
    chatters: 240,
    deleted: 3,
    reports: 4,
    orders: 2,
    units: 3,
    revenue: [{ ...exampleSales, orders: 2, units: 3, amount: 50000 }],
    refunded: [{ ...exampleSales, refunds: 1, amount: 25000 }],
    complete: true,
  }],
})

export const roomStatsRoutes: FastifyPluginAsyncTypebox<RoomUseCases> = async (app, { roomStats }) => {
  app.get('/api/rooms/:roomId/stats', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['forbidden', 'not_found', 'invalid_range'] },
    schema: {
      ...describe('getRoomStats', 'Rooms', 'Count minutes, messages and sales of a room, as its streamer or an administrator'),
      params: RoomParams,
      response: { 200: ref(RoomStats) },
    },
  }, async (request) => statsView(await roomStats({ caller: callerOf(request), roomId: request.params.roomId })))
}

function statsView ({ products, ...stats }: RoomStatsFound): Static<typeof RoomStats> {
  const sum = (name: keyof SalesFigures): number => products.reduce((total, { sales }) => total + sales[name], 0)
  return {
    ...stats,
    orders: sum('orders_count'),
    units: sum('units_count'),
    revenue: products.map(({ currency, productId, sales }) => ({
      currency, productId, orders: sales.orders_count, units: sales.units_count, amount: sales.sold_amount - sales.refunds_amount - sales.disputed_amount,
    })),
    refunded: products.filter(({ sales }) => sales.refunds_count > 0)
      .map(({ currency, productId, sales }) => ({ currency, productId, refunds: sales.refunds_count, amount: sales.refunds_amount })),
  }
}
