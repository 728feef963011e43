import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Room } from '#domain/rooms/room.js'
import type { Amendment, FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomSnapshot } from '#domain/rooms/room-state.js'
import type { MemberChange } from '#domain/channels/channel.js'
import { partOfKey, type FeedPart } from '#domain/rooms/writing.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Appended, FeedStore, Together } from '#application/ports/room-stores.js'
import type { Database } from '../engine/client.js'
import { absent, anyOf, between, compare, expression, type Condition } from '../engine/expression.js'
import { newestPage } from '../engine/page.js'
import { getRow, partition, queryRows } from '../engine/read.js'
import { map, maps, secondsOf, text, textOrNull, type Row } from '../engine/row.js'
import { deleteRows, transact, writeIf, type Check, type TransactionItem } from '../engine/write.js'
import { channelRow } from '../channels/channel-row.js'
import { FeedAuthors, type FeedKind } from './feed-authors.js'
import { outboxItems } from '../outbox/outbox-store.js'
import { meterRow } from './meter-row.js'
import { roomRow } from './room-row.js'

/** The page numbers of the keys, which compare as texts. */
const DIGITS = 12
const SNAPSHOT = keyOf(0)
const FIRST = keyOf(1)
const LAST = '9'.repeat(DIGITS)

/** A row of a channel that is new, or not deleted. */
const NOT_DELETED = anyOf(absent('channelId'), compare('isDeleted', '=', false))

/** One item of the transaction, and what its failed condition means. */
interface Part {
  readonly item: TransactionItem
  readonly refused: Appended<never> | null
}

export class DynamoFeedStore<Entry = RoomEntry, Snapshot = RoomSnapshot> implements FeedStore<Entry, Snapshot> {
  readonly #database: Database
  readonly #authors: FeedAuthors

  constructor (database: Database, kind: FeedKind) {
    this.#database = database
    this.#authors = new FeedAuthors(database, kind)
  }

  async append (page: FeedPage<Entry>, together: Together<Snapshot> = {}): Promise<Appended<Entry>> {
    await this.#authors.note(page)
    const put = { ...this.#put('feeds', pageRow(page), absent('page')), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
    const others = this.#partsOf(page, together)
    const checks = others.length === 0
      ? asChecks(await writeIf(this.#database, async () => await this.#database.documents.send(new PutCommand(put))))
      : await transact(this.#database, [{ Put: put }, ...others.map(({ item }) => item)])
    if (checks === null) return { kind: 'appended' }
    const [{ row } = { row: null }, ...rest] = checks
    if (row !== null) {
      const taken = pageOf<Entry>(row)
      return taken.writer === page.writer ? { kind: 'appended' } : { kind: 'taken', page: taken }
    }
    // Every part with a condition says what its failure means, but for the change of a message.
    return others.find((_, index) => rest[index]?.failed === true)?.refused ?? { kind: 'message_gone' }
  }

  async read (feedId: string, after: number, limit: number): Promise<ReadonlyArray<FeedPage<Entry>>> {
    return await this.#pages(feedId, between('page', keyOf(after + 1), LAST), false, limit)
  }

  async readBack (feedId: string, before: number | null, limit: number): Promise<ReadonlyArray<FeedPage<Entry>>> {
    if (before === 1) return []
    return await this.#pages(feedId, between('page', FIRST, before === null ? LAST : keyOf(before - 1)), true, limit)
  }

  async find (feedId: string, page: number): Promise<FeedPage<Entry> | null> {
    const row = await getRow(this.#database, 'feeds', { feedId, page: keyOf(page) })
    return row === null ? null : pageOf<Entry>(row)
  }

  async listOfAuthor (userId: string, page: PageRequest): Promise<Page<FeedPart>> {
    return await newestPage(this.#database, partition('feeds', null, this.#authors.keyOf(userId)), page, (row) => partOfKey(text(row, 'page')), true)
  }

  async removeOld (feedId: string, limit: number): Promise<boolean> {
    const rows = await queryRows(this.#database, { partition: partition('feeds', null, feedId), projection: ['feedId', 'page'], consistent: true }, limit + 1)
    const keys = rows.slice(0, -1).map((row) => ({ feedId, page: text(row, 'page') }))
    await deleteRows(this.#database, 'feeds', keys)
    return rows.length <= limit
  }

  async findSnapshot (feedId: string): Promise<Snapshot | null> {
    const row = await getRow(this.#database, 'feeds', { feedId, page: SNAPSHOT })
    return row === null ? null : map(row, 'state') as unknown as Snapshot
  }

  async #pages (feedId: string, within: Condition, newestFirst: boolean, limit: number): Promise<ReadonlyArray<FeedPage<Entry>>> {
    const rows = await queryRows(this.#database, { partition: partition('feeds', null, feedId), within, newestFirst, consistent: true }, limit)
    return rows.map((row) => pageOf<Entry>(row))
  }

  #partsOf ({ feedId, expiresAt }: FeedPage<Entry>, { room, events = [], claim, meter, amendment, channel, members = [], snapshot }: Together<Snapshot>): Part[] {
    return [
      ...(room === undefined ? [] : [{ item: { Put: this.#put('rooms', roomRow(room), followsBefore(room)) }, refused: { kind: 'room_changed' } as const }]),
      ...outboxItems(this.#database, events).map((item) => ({ item, refused: null })),
      ...(claim === undefined ? [] : [{ item: this.#claimItem(claim), refused: { kind: 'claim_taken' } as const }]),
      ...(meter === undefined ? [] : [{ item: { Put: { TableName: this.#database.tableNames.roomMeters, Item: meterRow(meter) } }, refused: null }]),
      ...(amendment === undefined ? [] : [{ item: this.#amendItem(feedId, amendment), refused: null }]),
      ...(channel === undefined ? [] : [{ item: { Put: this.#put('channels', channelRow(channel), NOT_DELETED) }, refused: { kind: 'channel_deleted' } as const }]),
      ...members.map((change) => ({ item: this.#memberItem(change), refused: null })),
      ...(snapshot === undefined ? [] : [{ item: { Put: { TableName: this.#database.tableNames.feeds, Item: { feedId, page: SNAPSHOT, state: snapshot, ...deletion(expiresAt) } } }, refused: null }]),
    ]
  }

  #claimItem ({ streamerId, roomId, step }: NonNullable<Together['claim']>): TransactionItem {
    const ofThis = compare('roomId', '=', roomId)
    if (step === 'take') return { Put: this.#put('liveRooms', { streamerId, roomId }, anyOf(absent('streamerId'), ofThis)) }
    return { Delete: { TableName: this.#database.tableNames.liveRooms, Key: { streamerId }, ...expression({ condition: ofThis }) } }
  }

  #memberItem ({ channelId, userId, fields }: MemberChange): TransactionItem {
    const row = { TableName: this.#database.tableNames.channelMembers, Key: { userId, channelId } }
    return fields === null ? { Delete: row } : { Update: { ...row, ...expression({ update: { set: fields } }) } }
  }

  #amendItem (feedId: string, { position: { page, index }, messageId, fields }: Amendment): TransactionItem {
    const names = Object.keys(fields)
    return {
      Update: {
        TableName: this.#database.tableNames.feeds,
        Key: { feedId, page: keyOf(page) },
        // The place in a list is a part of the path, which the helper for plain attributes does not know.
        UpdateExpression: `SET ${names.map((name) => `#entries[${index}].#${name} = :${name}`).join(', ')}`,
        ConditionExpression: `#entries[${index}].#messageId = :messageId`,
        ExpressionAttributeNames: Object.fromEntries(['entries', 'messageId', ...names].map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: { ':messageId': messageId, ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])) },
      },
    }
  }

  #put (table: 'feeds' | 'rooms' | 'liveRooms' | 'channels', Item: Row, condition: Condition) {
    return { TableName: this.#database.tableNames[table], Item, ...expression({ condition }) }
  }
}

function followsBefore ({ version }: Room): Condition {
  return version === 1 ? absent('roomId') : compare('version', '=', version - 1)
}

function asChecks (check: Check | null): readonly Check[] | null {
  return check === null ? null : [check]
}

function keyOf (page: number): string {
  return String(page).padStart(DIGITS, '0')
}

function pageRow ({ page, ...rest }: FeedPage<unknown>): Row {
  return { ...rest, page: keyOf(page), ...deletion(rest.expiresAt) }
}

/** When DynamoDB may delete the row. */
function deletion (expiresAt: string | undefined): Row {
  return expiresAt === undefined ? {} : { deleteAt: secondsOf(expiresAt) }
}

/** Entries are kept as they are, also those that this version does not know. @throws Error for a row that is not a page of ours */
function pageOf<Entry> (row: Row): FeedPage<Entry> {
  const expiresAt = textOrNull(row, 'expiresAt')
  return {
    feedId: text(row, 'feedId'),
    page: Number(text(row, 'page')),
    entries: maps(row, 'entries') as unknown as readonly Entry[],
    writer: text(row, 'writer'),
    writtenAt: text(row, 'writtenAt'),
    ...(expiresAt !== null && { expiresAt }),
  }
}
