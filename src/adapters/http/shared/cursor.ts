import { Type, type Static } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { ReadMarks } from '#domain/messages/conversation.js'
import { DomainError } from '#domain/errors.js'
import type { PageRequest } from '#application/ports/page.js'
import { USER_ID_PATTERN } from './schemas.js'

const DEFAULT_LIMIT = 20
/** Any form of ISO 8601, because rows of the earlier application keep the one they came with. */
const TIMESTAMP = '\\d{4}-[\\dT:.Z+-]{6,40}'

/** Names its list with its filters, so that a cursor of another list is refused instead of leading somewhere. */
const Position = Type.Object({
  list: Type.String(),
  key: Type.String({ pattern: `^${TIMESTAMP}#[\\x21-\\x7e]{1,128}$` }),
  marks: Type.Record(Type.String({ pattern: USER_ID_PATTERN }), Type.String({ pattern: `^${TIMESTAMP}$` }), { maxProperties: 2, additionalProperties: false }),
}, { additionalProperties: false })
const position = TypeCompiler.Compile(Position)

export interface PageQuery {
  limit?: string
  cursor?: string
}

/** The opaque text that continues a list; null at its end. */
export function encodeCursor (list: string, key: string | null, marks: ReadMarks = {}): string | null {
  if (key === null) return null
  return Buffer.from(JSON.stringify({ list, key, marks } satisfies Static<typeof Position>)).toString('base64url')
}

/** Where and how much to read. @throws invalid_cursor */
export function decodePage (list: string, { limit, cursor }: PageQuery): PageRequest & { marks: ReadMarks } {
  const { key, marks } = cursor === undefined ? { key: null, marks: {} } : decodeCursor(list, cursor)
  return { before: key, marks, limit: limit === undefined ? DEFAULT_LIMIT : Number(limit) }
}

function decodeCursor (list: string, cursor: string): Static<typeof Position> {
  const decoded = parse(Buffer.from(cursor, 'base64url').toString())
  if (position.Check(decoded) && decoded.list === list) return decoded
  throw new DomainError('invalid_cursor', 'take nextCursor of the page before, with the same filters')
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
