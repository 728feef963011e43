import type { RoomMeter } from '#domain/rooms/meter.js'
import type { Changes } from '../engine/expression.js'
import { dueShardOf } from '../engine/read.js'
import { integer, keeping, text, textOrNull, type Row } from '../engine/row.js'

/** An attribute of an index is a text or not there. */
export function meterRow ({ dueAt, ...meter }: RoomMeter): Row {
  return dueAt === null ? meter : { ...meter, dueAt, dueShard: dueShardOf(meter.roomId) }
}

/** What a charge changes of the row. What is heard of the streamer meanwhile stays. */
export function chargeOf ({ roomId, chargedMinutes, dueAt }: RoomMeter): Changes {
  return dueAt === null ? { set: { chargedMinutes }, remove: ['dueAt', 'dueShard'] } : { set: { chargedMinutes, dueAt, dueShard: dueShardOf(roomId) } }
}

/** @throws Error for a row that is not a meter of ours */
export const meterOf = keeping(['dueShard'], (row): RoomMeter => ({
  roomId: text(row, 'roomId'),
  streamerId: text(row, 'streamerId'),
  startedAt: text(row, 'startedAt'),
  chargedMinutes: integer(row, 'chargedMinutes'),
  unchargedMinutes: integer(row, 'unchargedMinutes'),
  dueAt: textOrNull(row, 'dueAt'),
  ...(row['absentSince'] !== undefined && { absentSince: text(row, 'absentSince') }),
}))
