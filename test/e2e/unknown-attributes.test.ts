import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import t, { type Test } from 'tap'
import { NOTIFICATION_QUEUES } from '#application/ports/notification-stores.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import { backfillMessages } from '#adapters/dynamodb/messages/backfill-messages.js'
import { TABLES, type TableDefinition, type TableId } from '#adapters/dynamodb/engine/tables.js'
import { readExpected } from '../fixtures/answers.js'
import { startSetting, type Question, type Setting } from '../fixtures/setting.js'
import { dynamoEnvironment, putAll, readTables, restore, scanned, type RawRow } from '../fixtures/tables.js'
import { dispatcherOf } from '../support/dispatching.js'
import { startDynamoDb, type DynamoDb } from '../support/dynamodb.js'

const FOLDER = join('test', 'fixtures', '0.1.0')
const { keys, tables } = readExpected(join(FOLDER, 'expected.json'))
const fixture = readTables(join(FOLDER, 'tables.json.gz'))
const { secrets } = tables

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())
const names = await dynamoDb.freshTables()

interface World {
  readonly setting: Setting
  readonly database: ReturnType<DynamoDb['database']>
  /** Asks, and lets nothing pass as done that is not. */
  readonly done: (question: Question, headers?: Record<string, string>) => Promise<void>
  readonly webhook: (eventId: string, order: string, fact: object) => Promise<void>
  /** Lets events take effect. */
  readonly dispatch: () => Promise<void>
  /** What the work beside the requests looks for, far in the future. */
  readonly lookForWork: () => Promise<void>
}

interface Case {
  readonly table: TableId
  /** What a later version has written into a row; all rows have it that this does not leave as they are. */
  readonly what: string
  readonly written: (row: RawRow) => RawRow
  /** Whether it still stands there. */
  readonly isKept: (row: RawRow) => boolean
  /** How such rows are changed day by day; absent where they are not. */
  readonly update?: (world: World) => Promise<void>
  /** Such rows are written once more and stay as they are. */
  readonly isSetOnce?: boolean
}

const LATER = '2126-12-31T00:00:00.000Z'
const FACT: AttributeValue = { S: 'x' }
const hasFact = ({ futureFact }: RawRow): boolean => isDeepStrictEqual(futureFact, FACT)
const withFact = (row: RawRow): RawRow => ({ ...row, futureFact: FACT })
const idOf = (order: string): string => fixture.payments?.find(({ orderId }) => orderId?.S === `order-${order}`)?.['paymentId']?.S ?? ''
const isOf = (order: string, row: RawRow): boolean => row['paymentId']?.S === idOf(order)

/** The same row with another value in an attribute, where the row is one of those that are meant. */
const setting = (attribute: string, value: string, others: Record<string, string> = {}, isMeant = (_row: RawRow) => true): Pick<Case, 'what' | 'written' | 'isKept'> => ({
  what: `a ${attribute} that nobody knows here`,
  written: (row) => isMeant(row) ? { ...row, ...Object.fromEntries(Object.entries({ [attribute]: value, ...others }).map(([name, text]) => [name, { S: text }])) } : row,
  isKept: (row) => !isMeant(row) || row[attribute]?.S === value,
})
/** The same in the maps of a list. */
const within = (list: string, attribute: string, value: string): Pick<Case, 'what' | 'written' | 'isKept'> => ({
  what: `a ${attribute} within its ${list} that nobody knows here`,
  written: (row) => ({ ...row, [list]: { L: row[list]?.L?.map(({ M = {} }) => ({ M: { ...M, [attribute]: { S: value } } })) ?? [] } }),
  isKept: (row) => row[list]?.L?.every(({ M }) => M?.[attribute]?.S === value) ?? false,
})
const fact = (table: TableId, update?: Case['update']): Case =>
  ({ table, what: 'an attribute that nobody knows here', written: withFact, isKept: hasFact, ...(update && { update }) })

const readAll: Case['update'] = async ({ done }) => { await done({ as: 'ada', method: 'PUT', url: '/api/conversations/bora/read' }) }
const chargedTwice: Case['update'] = async ({ webhook }) => { await webhook('evt-twice', 'full', { kind: 'succeeded', reference: 'ref-elsewhere', amount: 24_990, currency: 'TRY' }) }
const disputed: Case['update'] = async ({ webhook }) => {
  for (const order of ['partial', 'dispute-won']) await webhook(`evt-later-${order}`, order, { kind: 'dispute', disputeId: 'dis-later', status: 'won', amount: 100 })
}
const approved: Case['update'] = async ({ webhook, dispatch }) => {
  await webhook('evt-approved', 'action', { kind: 'succeeded', reference: 'ref-action', amount: 10_000, currency: 'TRY' })
  await dispatch()
}
const paid: Case['update'] = async ({ setting: { simulator }, done, dispatch }) => {
  for (let count = 0; count < 16; count++) {
    simulator.willCharge({ kind: 'succeeded', reference: `ref-later-${count}`, amount: 100, currency: 'TRY' })
    const body = { amount: 100, currency: 'TRY', orderId: `order-later-${count}`, provider: 'simulator', paymentMethod: { token: 'tok_ok' } }
    await done({ as: 'ada', method: 'POST', url: '/api/payments/process', key: `later-${count}`, body })
  }
  await dispatch()
}
const retried: Case['update'] = async ({ done }) => {
  const dead = fixture.notifications?.find(({ state }) => state?.S === 'dead')
  await done({ as: '#admin', method: 'POST', url: `/api/admin/notifications/dead/${dead?.['notificationId']?.S}/retry` })
}
const replayed: Case['update'] = async ({ webhook, done }) => {
  await webhook('evt-later', 'action', { kind: 'succeeded', reference: 'ref-action', amount: 10_000, currency: 'TRY' })
  await done({ as: '#admin', method: 'POST', url: `/api/admin/webhook-events/${Buffer.from('simulator#evt-early').toString('base64url')}/replay` })
}
const unsubscribed: Case['update'] = async ({ done }) => { await done({ as: '', method: 'POST', url: `/unsubscribe/${secrets.unsubscribeToken}` }) }
const used: Case['update'] = async ({ done }) => {
  const streamer = fixture.streamers?.find(({ email }) => email?.S === 'ada@example.com')
  await done({ as: '#admin', method: 'POST', url: `/api/streamers/${streamer?.['streamerId']?.S}/usage`, key: 'later', body: { minutes: 1, broadcastId: 'live-8' } })
}
const renamed: Case['update'] = async ({ done }) => { await done({ as: secrets.userId, method: 'PATCH', url: '/api/users/me', body: { name: 'Derya' } }) }

const CASES: readonly Case[] = [
  fact('messages', readAll),
  { table: 'messages', ...setting('type', 'future_type'), update: readAll },
  { table: 'messages', ...setting('status', 'on_hold', {}, ({ message }) => message?.S === 'text of m-1'), update: readAll },
  fact('inbox', readAll),
  fact('payments', chargedTwice),
  {
    table: 'payments',
    what: 'a flag that nobody knows here',
    written: (row) => ({ ...row, flags: { L: [...row['flags']?.L ?? [], { S: 'future_flag' }] } }),
    isKept: ({ flags }) => flags?.L?.some(({ S }) => S === 'future_flag') ?? false,
    update: chargedTwice,
  },
  { table: 'payments', ...setting('status', 'on_hold', { userStatus: 'bora#on_hold' }, (row) => isOf('full', row)), update: chargedTwice },
  { table: 'payments', ...within('refunds', 'futureFact', 'x'), update: disputed },
  { table: 'payments', ...within('refunds', 'status', 'on_hold'), update: disputed },
  { table: 'payments', ...within('disputes', 'status', 'on_hold'), update: chargedTwice },
  fact('webhookEvents', replayed),
  { table: 'webhookEvents', ...setting('state', 'on_hold', { stateShard: 'on_hold#0' }, ({ eventKey }) => eventKey?.S === 'simulator#evt-early'), update: replayed },
  { table: 'webhookEvents', ...setting('state', 'on_hold', {}, ({ eventKey }) => eventKey?.S === 'simulator#evt-mismatch'), what: 'a state that nobody knows here, in a partition that is listed,' },
  { table: 'webhookEvents', ...setting('reason', 'future_reason', {}, ({ eventKey }) => eventKey?.S === 'simulator#evt-early') },
  fact('outbox', async ({ done }) => { await done({ as: '#admin', method: 'POST', url: `/api/admin/outbox/parked/${encodeURIComponent(tables.parked)}/retry` }) }),
  { ...fact('searchTerms', approved), isSetOnce: true },
  fact('stats', paid),
  { ...fact('days', paid), isSetOnce: true },
  fact('notifications', retried),
  { table: 'notifications', ...setting('kind', 'future_kind'), update: retried },
  { table: 'notifications', ...setting('state', 'on_hold', {}, ({ state }) => state?.S === 'suppressed') },
  fact('notificationPreferences', unsubscribed),
  {
    table: 'notificationPreferences',
    what: 'a kind that nobody knows here',
    written: (row) => ({ ...row, kinds: { M: { ...row['kinds']?.M, future_kind: { M: { email: { BOOL: true }, sms: { BOOL: false } } } } } }),
    isKept: ({ kinds }) => kinds?.M?.['future_kind'] !== undefined,
    update: unsubscribed,
  },
  fact('streamers', used),
  fact('ledger', used),
  { table: 'ledger', ...setting('kind', 'future_kind', {}, ({ kind }) => kind?.S === 'spend'), update: used },
  fact('users', renamed),
  { table: 'users', ...setting('status', 'on_hold', {}, ({ status }) => status?.S === 'suspended'), update: renamed },
  { table: 'users', ...setting('role', 'auditor', {}, ({ email }) => email?.S === secrets.email), update: renamed },
  fact('sessions', async ({ done }) => { await done({ as: '', method: 'POST', url: '/api/auth/refresh', body: { refreshToken: secrets.refreshToken } }) }),
  fact('attempts', async ({ setting: { askFreely, advance } }) => {
    advance(60_000)
    await askFreely({ as: '', method: 'POST', url: '/api/auth/login', body: { email: secrets.email, password: 'a wrong password' } })
  }),
  fact('audit'),
  fact('migrations', async ({ database }) => { await backfillMessages(database, { onProgress: () => {}, signal: new AbortController().signal }) }),
]

const NO_ROWS: ReadonlyMap<string, RawRow> = new Map()
/** Each table has at most one case in a round, so that a round needs one service. */
const ROUNDS = Map.groupBy(CASES, (one) => CASES.filter(({ table }) => table === one.table).indexOf(one))

for (const cases of ROUNDS.values()) {
  t.test(`${cases.map(({ what, table }) => `${what} of ${table}`).join(', ')}: all stay, and nothing fails for them`, async (t) => {
    const world = await start(t, cases)
    const { setting: { askFreely }, database } = world
    const before = await rowsOf(database, cases)
    const failed: string[] = []
    for (const { as: caller, method, url } of tables.questions) {
      const { status } = await askFreely({ as: caller, method, url })
      if (status >= 500) failed.push(`${method} ${url} as ${caller}`)
    }
    t.same(failed, [])
    await t.resolves(world.lookForWork(), 'work beside the requests finds what is due')
    for (const update of new Set(cases.flatMap(({ update = [] }) => update))) await t.resolves(update(world))
    const after = await rowsOf(database, cases)
    for (const { table, what, update, isKept, isSetOnce = false } of cases) {
      const earlier = before.get(table) ?? NO_ROWS
      const later = after.get(table) ?? NO_ROWS
      const both = [...later].filter(([key]) => earlier.has(key))
      const hasChanged = both.length < later.size || both.some(([key, row]) => !isDeepStrictEqual(row, earlier.get(key)))
      t.ok(hasChanged || update === undefined || isSetOnce, `something has changed in ${table}`)
      t.same(both.filter(([, row]) => !isKept(row)).map(([key]) => key), [], `${what} stays on the rows of ${table}`)
    }
  })
}

async function rowsOf (database: World['database'], cases: readonly Case[]): Promise<ReadonlyMap<TableId, ReadonlyMap<string, RawRow>>> {
  return new Map(await Promise.all(cases.map(async ({ table }) => [table, byKey(table, await scanned(database, table))] as const)))
}

/** A service on the tables of the fixture, where a later version has written rows. */
async function start (t: Test, cases: readonly Case[]): Promise<World> {
  const database = dynamoDb.database(names)
  await restore(database, fixture)
  for (const { table, written } of cases) await putAll(database, table, (fixture[table] ?? []).map(written))
  const stores = dynamoDb.open(names)
  t.teardown(stores.close)
  const setting = await startSetting(t, { clock: tables.clock, env: { ...keys, ...dynamoEnvironment(dynamoDb, names) } })

  async function done (question: Question, headers?: Record<string, string>): Promise<void> {
    const { status, text } = await setting.askFreely(question, headers)
    if (status >= 300) throw new Error(`${question.method} ${question.url} is answered with ${status}: ${text}\n${setting.service.logs.findLast((line) => line.includes('"err"'))}`)
  }

  return {
    setting,
    database,
    done,
    webhook: async (eventId, order, told) => {
      const body = { eventId, type: 'news', paymentId: idOf(order), providerReference: null, fact: told }
      await done({ as: '', method: 'POST', url: '/api/payments/webhook/simulator', body }, { 'x-simulator-signature': 'valid' })
    },
    dispatch: async () => {
      setting.advance(60_000)
      await dispatcherOf(stores, { clock: setting.clock }).run()
    },
    lookForWork: async () => {
      const { payments, webhookEvents, notifications, outbox } = stores
      await Promise.all([payments.due(LATER, 100), webhookEvents.due(LATER, 100), outbox.parked({ before: null, limit: 100 })])
      for (let queue = 0; queue < NOTIFICATION_QUEUES; queue++) await notifications.due(queue, LATER, 100)
      for (let shard = 0; shard < OUTBOX_SHARDS; shard++) await outbox.read(shard, 100)
    },
  }
}

/** An event keeps its id when it moves to another shard. */
function byKey (table: TableId, rows: readonly RawRow[]): ReadonlyMap<string, RawRow> {
  const { hash, range }: TableDefinition = TABLES[table]
  const names = table === 'outbox' ? ['eventId'] : [hash, ...(range === undefined ? [] : [range])]
  return new Map(rows.map((row) => [names.map((name) => row[name]?.S).join(' '), row]))
}
