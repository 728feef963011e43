import { Type, type Static, type TProperties, type TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { calendarOf } from '#domain/calendar.js'
import type { ReadMarks } from '#domain/messages/conversation.js'
import { USER_ID_PATTERN } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import { dayAfter, dayOf, laterBy, startOfDay, type Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { HttpProblem } from './problem.js'
import { nullable, ref, shownAs, strict, timeZone } from './schemas.js'

export const DEFAULT_LIMIT = 20

/** Values of a query are texts and stay texts: nothing is coerced. */
export const Limit = shownAs(Type.String({ pattern: '^([1-9][0-9]?|100)$', description: 'A number from 1 to 100: the items per page. Default: 20' }), Type.Integer({ minimum: 1, maximum: 100, default: DEFAULT_LIMIT }))
const Cursor = Type.String({ minLength: 1, maxLength: 1024, description: '`nextCursor` of the page before, sent with the same filters' })
export const NextCursor = nullable(Type.String({ description: 'The cursor of the next page; null on the last page' }))
export const Stale = Type.Optional(Type.Boolean({ description: 'True when the database is away and the list holds what the service knows without it' }))

/** The query of a list with these filters. */
export function pageQuery<T extends TProperties> (filters: T) {
  return Type.Object({ ...filters, limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }, strict)
}

export const PageOnlyQuery = pageQuery({})

/** The answer of a list of a named schema. */
export function listOf<T extends TSchema> ($id: string, item: T) {
  return Type.Object({ items: Type.Array(ref(item)), nextCursor: NextCursor }, listOptions($id, item))
}

/** The same for a list that is answered from memory while the database is away. */
export function staleListOf<T extends TSchema> ($id: string, item: T) {
  return Type.Object({ items: Type.Array(ref(item)), nextCursor: NextCursor, stale: Stale }, listOptions($id, item))
}

function listOptions ($id: string, item: TSchema) {
  return { $id, examples: [{ items: item['examples'] as unknown, nextCursor: null }] }
}

/** Any form of ISO 8601, because rows of the earlier application keep the one they were written with. */
const TIMESTAMP = '\\d{4}-[\\dT:.Z+-]{6,40}'

/** What a cursor holds. `list` names the list with its filters, so that the cursor of another list is refused. */
const Position = Type.Object({
  list: Type.String(),
  // A created key, or the id of a conversation.
  key: Type.String({ pattern: `^(${TIMESTAMP}|${USER_ID_PATTERN.slice(1, -1)})#[\\x21-\\x7e]{1,260}$` }),
  marks: Type.Record(Type.String({ pattern: USER_ID_PATTERN }), Type.String({ pattern: `^${TIMESTAMP}$` }), { maxProperties: 2, additionalProperties: false }),
}, strict)
const position = TypeCompiler.Compile(Position)

interface PageQuery {
  readonly limit?: string
  readonly cursor?: string
}

/** Reads a page of a list. `marks` are carried by the cursor; M is what the list adds to its pages. */
type ReadPage<T, M> = (page: PageRequest & { marks: ReadMarks }) => Promise<Page<T> & { readonly marks?: ReadMarks } & M>

/**
 * Reads a page of a list and shows its items, with the cursor of the next page.
 * @param list the name of the list and its filters, to which the cursor is bound
 * @throws invalid_cursor
 */
export async function pageOf<T, V, M> (
  list: string, query: PageQuery, read: ReadPage<T, M>, show: (item: T) => V
): Promise<Omit<M, 'items' | 'nextKey' | 'marks'> & { items: V[], nextCursor: string | null }> {
  const { items, nextKey, marks, ...more } = await read(decodePage(list, query))
  return { ...more, items: items.map(show), nextCursor: encodeCursor(list, nextKey, marks) }
}

/** For items that are shown as they are stored; the serializer drops what the schema does not declare. */
export function asStored<T> (item: T): T {
  return item
}

function encodeCursor (list: string, key: string | null, marks: ReadMarks = {}): string | null {
  if (key === null) return null
  return Buffer.from(JSON.stringify({ list, key, marks } satisfies Static<typeof Position>)).toString('base64url')
}

function decodePage (list: string, { limit, cursor }: PageQuery): PageRequest & { marks: ReadMarks } {
  const { key, marks } = cursor === undefined ? { key: null, marks: {} } : decodeCursor(list, cursor)
  return { before: key, marks, limit: limit === undefined ? DEFAULT_LIMIT : Number(limit) }
}

function decodeCursor (list: string, cursor: string): Static<typeof Position> {
  const decoded = parse(Buffer.from(cursor, 'base64url').toString())
  if (position.Check(decoded) && decoded.list === list) return decoded
  throw new DomainError('invalid_cursor', 'send nextCursor of the page before, with the same filters')
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const DAY = '[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'
const TIME = 'T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?(Z|[+-](0\\d|1[0-4]):[0-5]\\d)'
const MOMENT = `^${DAY}(${TIME})?$`
const DAY_LENGTH = 10

/** Filters of a list by the time of creation. A route with them refuses with `unknown_time_zone`. */
export const RANGE = {
  from: Type.Optional(Type.String({ pattern: MOMENT, description: 'A moment of ISO 8601, or a day in `timeZone`. What was created then or later is listed' })),
  to: Type.Optional(Type.String({ pattern: MOMENT, description: 'A moment of ISO 8601, or a day in `timeZone`, which is included as a whole. What was created before it is listed' })),
  timeZone: Type.Optional(timeZone('A name of the IANA database: the time zone of `from` and `to` where they are days. Default: UTC')),
}

interface RangeQuery {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly timeZone?: string | undefined
}

export interface TimeRange {
  readonly from: Timestamp | null
  /** The first moment after the range. */
  readonly to: Timestamp | null
}

/** @throws validation_failed for a day that no calendar has, and for a range that ends before it begins; unknown_time_zone */
export function timeRange ({ from, to, timeZone = 'UTC' }: RangeQuery): TimeRange {
  const { startOf } = calendarOf(timeZone)
  const range = {
    from: from === undefined ? null : momentOf('from', from, startOf),
    to: to === undefined ? null : momentOf('to', to, (day) => startOf(dayAfter(day))),
  }
  if (range.from !== null && range.to !== null && range.from > range.to) throw new HttpProblem('validation_failed', '/querystring/to is before from')
  return range
}

/** @param ofDay the moment that a day stands for */
function momentOf (name: string, text: string, ofDay: (day: string) => Timestamp): Timestamp {
  const day = dayOf(text)
  // Date reads the 30th of February as the 2nd of March.
  if (dayOf(laterBy(startOfDay(day), 0)) !== day) throw new HttpProblem('validation_failed', `/querystring/${name} is not a day of the calendar`)
  return text.length === DAY_LENGTH ? ofDay(day) : laterBy(text, 0)
}
