import { Type } from '@sinclair/typebox'
import { Flag, Status } from './schemas.js'
import { oneOf, pageQuery, UserId } from '../shared/schemas.js'
import { RANGE } from '../shared/time-range.js'

export const ListAllPaymentsQuery = pageQuery({
  status: Type.Optional(Status),
  provider: Type.Optional(Type.String({ pattern: '^[a-z]{1,32}$' })),
  userId: Type.Optional(UserId),
  sellerId: Type.Optional(UserId),
  flag: Type.Optional(Flag),
  ...RANGE,
})

export const ExportQuery = Type.Object({
  type: oneOf(['payments']),
  format: Type.Optional(oneOf(['csv', 'ndjson'])),
  status: Type.Optional(Status),
  ...RANGE,
  bom: Type.Optional(Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'], description: 'Of a CSV: `true` puts a byte order mark first, by which spreadsheets know UTF-8' })),
}, { additionalProperties: false })
