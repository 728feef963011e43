import { SingleBar } from 'cli-progress'
import { makeRecountPayments } from '#application/payments/recount-payments.js'
import { backfillMessages } from '#adapters/dynamodb/messages/backfill-messages.js'
import { backfill as backfillTable, countOf, type BackfillOptions } from '#adapters/dynamodb/schema/backfill.js'
import { backfillIndexes, LATER_INDEXES } from '#adapters/dynamodb/schema/backfill-indexes.js'
import { EARLIER_PAYMENTS } from '#adapters/dynamodb/schema/migrations.js'
import { openDatabase, type Database } from '#adapters/dynamodb/engine/client.js'
import { placeOlder } from '#adapters/dynamodb/payments/attention-store.js'
import { claimOlderOrders } from '#adapters/dynamodb/payments/older-orders.js'
import { DayRegister } from '#adapters/dynamodb/payments/day-register.js'
import type { EarlierMapping } from '#adapters/dynamodb/payments/earlier-mapping.js'
import { EarlierPayments } from '#adapters/dynamodb/payments/earlier-payments.js'
import type { OlderPaymentsOptions } from '#adapters/dynamodb/payments/older-payments.js'
import { DynamoPaymentStore } from '#adapters/dynamodb/payments/payment-store.js'
import { DynamoStatsStore } from '#adapters/dynamodb/payments/stats-store.js'
import { clock, pause } from '#adapters/system/system.js'
import { mappedStoreOptions } from '../config/store-config.js'
import { messagesOf, readArguments, readSettings } from '../runtime/command-line.js'
import { takeSignals } from '../runtime/signals.js'

/** No caller waits for the job, so that a slow DynamoDB only makes it slow. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 20_000 }

/**
 * Adds the attributes that newer indexes need to the messages of the earlier application, and to webhook events and the audit log, claims the orders
 * of older payments, lists their refunds, disputes and flags, and counts payments by the time of each change. Ctrl-C stops it; another run
 * continues from there.
 */
export async function backfill (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { recount: again } } = readArguments({
    name: 'backfill',
    usage: `[--recount]
  --recount  counts all payments, claims their orders and lists their refunds, disputes and flags anew, after a version that does not has run once more`,
    options: { recount: { type: 'boolean', default: false } },
  })
  const { earlierPayments: mapping, ...options } = readSettings('backfill', () => mappedStoreOptions(env))
  const stop = new AbortController()
  takeSignals()
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
  const { signal } = stop

  const { database, close } = openDatabase({ ...options, timeouts: TIMEOUTS })
  let line = 'The back-fill is done.'
  try {
    const done = await withBar('messages', async (onProgress) => {
      const { isDone, leftOut } = await backfillMessages(database, { signal, onProgress })
      if (leftOut.length > 0) line = `The back-fill is done, ${rowsOf(leftOut)} left out: ${leftOut.join(', ')}.`
      return isDone
    }) &&
      await withBar('earlier payments', async (onProgress) => {
        const { isDone, leftOut } = await backfillPayments(database, mapping, { signal, onProgress })
        const why = mapping === undefined ? 'without EARLIER_PAYMENTS_FILE their unit is not known' : 'they cannot be read, or EARLIER_PAYMENTS_FILE does not say what they mean'
        if (leftOut.length > 0) line += ` Payments of the earlier application stay as they are, ${rowsOf(leftOut)}: ${leftOut.join(', ')}; ${why}.`
        return isDone
      }) &&
      await withBar('webhook events', async (onProgress) => (await backfillIndexes(database, LATER_INDEXES.webhookEvents, { signal, onProgress })).isDone) &&
      await withBar('entries of the audit log', async (onProgress) => (await backfillIndexes(database, LATER_INDEXES.audit, { signal, onProgress })).isDone) &&
      await withBar('orders', async (onProgress) => await walk(database, claimOlderOrders, { again, signal, onProgress })) &&
      await withBar('payments with refunds, disputes and flags', async (onProgress) => await walk(database, placeOlder, { again, signal, onProgress })) &&
      await withBar('payments', async (onProgress) => await countPayments(database, { again, signal, onProgress }))
    if (!done) [line, process.exitCode] = ['Stopped. Run it again to go on from here.', 130]
  } catch (error) {
    line = `Stopped by an error, run it again to go on from here: ${messagesOf(error).join(': ')}`
    process.exitCode = 1
  }
  close()
  process.stderr.write(`${line}\n`)
}

/** Writes the payments of the earlier application as ours, where a file says how they are read. */
async function backfillPayments (database: Database, mapping: EarlierMapping | undefined, options: BackfillOptions) {
  const earlier = new EarlierPayments(database, new DayRegister(database), mapping)
  return await backfillTable(database, { name: EARLIER_PAYMENTS, table: 'payments', lacking: 'createdKey', take: async (row) => await earlier.write(row) }, options)
}

/** The number of these rows, in words. */
function rowsOf (keys: readonly string[]): string {
  return keys.length === 1 ? '1 row' : `${keys.length} rows`
}

type OnProgress = (looked: number, total: number) => void

interface Run {
  readonly again: boolean
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

async function withBar (rows: string, work: (onProgress: OnProgress) => Promise<boolean>): Promise<boolean> {
  const bar = new SingleBar({
    format: `[{bar}] {percentage}% | {value} of about {total} ${rows} | {eta_formatted} left`,
    gracefulExit: false,
    noTTYOutput: true,
    stream: process.stderr,
  })
  bar.start(0, 0)
  try {
    return await work((looked, total) => {
      bar.setTotal(Math.max(looked, total))
      bar.update(looked)
    })
  } finally {
    bar.stop()
  }
}

async function walk (database: Database, walkAll: (database: Database, options: OlderPaymentsOptions) => Promise<boolean>, run: Run): Promise<boolean> {
  const total = await countOf(database, 'payments')
  return await walkAll(database, { ...run, onProgress: (looked) => run.onProgress(looked, total) })
}

async function countPayments (database: Database, run: Run): Promise<boolean> {
  const total = await countOf(database, 'payments')
  const days = new DayRegister(database)
  const payments = new DynamoPaymentStore(database, days, new EarlierPayments(database, days))
  const recountPayments = makeRecountPayments({ payments, stats: new DynamoStatsStore(database), clock, pause })
  return await recountPayments({ ...run, onProgress: (looked) => run.onProgress(looked, total) })
}
