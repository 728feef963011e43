import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { allAttentionOf, type AttentionKind, type AttentionPlace } from '#domain/payments/attention.js'
import { shardOf } from '#domain/shard.js'
import type { AttentionQuery, AttentionStore } from '#application/ports/attention-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { absent, anyOf, compare, expression, type Condition } from '../engine/expression.js'
import { newestRows } from '../engine/page.js'
import { countRows, partition, type Partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { integer, text, word, type Row } from '../engine/row.js'
import { writeIf, type TransactionItem } from '../engine/write.js'
import { ATTENTION_PLACES } from '../schema/migrations.js'
import { walkOlder, type OlderPaymentsOptions } from './older-payments.js'

/** Partitions of a kind, and of each of its states: each takes 1,000 writes a second. */
const SHARDS = 4

export class DynamoAttentionStore implements AttentionStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  /** One query for each partition, all at once. */
  async list ({ kind, state }: AttentionQuery, page: PageRequest): Promise<Page<AttentionPlace>> {
    const partitions = state === null ? everyShard((shard) => partition('attention', null, `${kind}#${shard}`)) : partitionsOf(kind, state)
    const { items, nextKey } = await newestRows(this.#database, partitions, page)
    return { items: readable(this.#database, 'attention', items, placeOf), nextKey }
  }

  async count (kind: AttentionKind, state: string, max: number): Promise<number> {
    return await countRows(this.#database, partitionsOf(kind, state), max)
  }
}

function partitionsOf (kind: AttentionKind, state: string): Partition[] {
  return everyShard((shard) => partition('attention', 'stateShard-createdKey-index', `${kind}#${state}#${shard}`))
}

function everyShard (partitionOf: (shard: number) => Partition): Partition[] {
  return Array.from({ length: SHARDS }, (_, shard) => partitionOf(shard))
}

/** For the projections. Of the dispatchers of a payment one is at work at a time, and reads a newer payment than those before it. */
export function attentionItem (database: Database, place: AttentionPlace): TransactionItem {
  return { Update: updateOf(database, place) }
}

/**
 * Writes the places of payments that a version without them has stored. Dispatchers are at work beside it: a place from a newer payment
 * stays. See `walkOlder`.
 */
export async function placeOlder (database: Database, options: OlderPaymentsOptions): Promise<boolean> {
  return await walkOlder(database, ATTENTION_PLACES, options, async (payment) => {
    for (const place of allAttentionOf(payment)) {
      const isOlder = anyOf(absent('kindShard'), compare('version', '<', place.version))
      await writeIf(database, async () => await database.documents.send(new UpdateCommand(updateOf(database, place, isOlder))))
    }
  })
}

/** It sets attributes, so that a row which exists keeps those of another version. */
function updateOf ({ tableNames }: Database, { kind, key, paymentId, id, state, version }: AttentionPlace, condition?: Condition) {
  const shard = shardOf(paymentId, SHARDS)
  const set = { stateShard: `${kind}#${state}#${shard}`, kind, paymentId, id, state, version }
  return { TableName: tableNames.attention, Key: { kindShard: `${kind}#${shard}`, createdKey: key }, ...expression({ ...(condition !== undefined && { condition }), update: { set } }) }
}

function placeOf (row: Row): AttentionPlace {
  return {
    kind: word(row, 'kind'),
    key: text(row, 'createdKey'),
    paymentId: text(row, 'paymentId'),
    id: text(row, 'id'),
    state: text(row, 'state'),
    version: integer(row, 'version'),
  }
}
