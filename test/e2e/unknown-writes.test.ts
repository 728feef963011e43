import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { openJournal } from '#infrastructure/wiring/open-stores.js'
import { BEGIN, KEYS, startSetting, type Setting } from '../fixtures/setting.js'
import { dynamoEnvironment, scanned, type RawRow } from '../fixtures/tables.js'
import { message, payment } from '../contracts/fixtures.js'
import { startDynamoDb } from '../support/dynamodb.js'

type Write = Parameters<Awaited<ReturnType<typeof openJournal>>['append']>[0]

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** Writes as a later version may journal them. */
const FUTURE: Write = { kind: 'unknown', record: { kind: 'future', future: { futureId: 'fut_1', userId: 'ayse' } } }
const MESSAGE = { kind: 'message', message: { ...message('m1'), futureFact: 'x' } } as Write
const INTENT = { kind: 'intent', decision: { ...payment('pay_1'), payment: { ...payment('pay_1').payment, futureFact: 'x' } } } as Write
const PLAIN = { kind: 'message', message: message('m2') } as const

/** A folder with a journal of these writes. */
async function folderWith (t: Test, ...writes: Write[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'basvideo-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const journal = await openJournal(folder)
  for (const write of writes) await journal.append(write)
  await journal.close()
  return folder
}

/** The writes that are left, waiting or in quarantine. */
async function left (folder: string): Promise<unknown[]> {
  const journal = await openJournal(folder)
  const values = [...journal.pending(), ...journal.quarantined()].map(({ value }) => value)
  await journal.close()
  return values
}

function bytesOf (folder: string): string {
  const path = join(folder, 'journal')
  return readdirSync(path).filter((name) => name.endsWith('.log')).map((name) => readFileSync(join(path, name), 'utf8')).join('')
}

/** Another issuer keeps the accounts, so that messages to anyone are taken. */
async function memoryMode (t: Test, folder: string): Promise<Setting> {
  return await startSetting(t, { clock: BEGIN, env: { ...KEYS, AUTH_MODE: 'secret', DATA_DIR: folder } })
}

async function dynamoMode (t: Test, folder: string, options = { listen: true }) {
  const names = await dynamoDb.freshTables()
  const setting = await startSetting(t, { clock: BEGIN, env: { ...KEYS, ...dynamoEnvironment(dynamoDb, names), DATA_DIR: folder }, ...options })
  const database = dynamoDb.database(names)
  /** Resolves with the row once it is there. */
  const row = async (table: 'messages' | 'payments', isMeant: (row: RawRow) => boolean): Promise<RawRow> => {
    for (;;) {
      const found = (await scanned(database, table)).find(isMeant)
      if (found !== undefined) return found
      await setImmediate()
    }
  }
  return { ...setting, row }
}

t.test('unknown fields and kinds survive a restart and the compaction of the journal', async (t) => {
  const folder = await folderWith(t, MESSAGE, INTENT, FUTURE)
  const before = await openJournal(folder)
  for (let count = 0; count < 1200; count++) before.settle((await before.append(PLAIN)).sequence)
  await before.tidy()
  await before.close()
  t.notMatch(bytesOf(folder), /"m2"/, 'the files were written anew')
  t.same(await left(folder), [MESSAGE, INTENT, FUTURE])
})

t.test('unknown fields of a write reach the tables with it', async (t) => {
  const folder = await folderWith(t, MESSAGE, INTENT)
  const { row } = await dynamoMode(t, folder)
  t.match(await row('messages', ({ messageId }) => messageId?.S === 'm1'), { futureFact: { S: 'x' } })
  t.match(await row('payments', ({ paymentId }) => paymentId?.S === 'pay_1'), { futureFact: { S: 'x' } })
})

t.test('in memory mode unknown fields of a write stay in the writes that follow from it', async (t) => {
  const folder = await folderWith(t, MESSAGE, INTENT)
  const { askFreely, service } = await memoryMode(t, folder)
  const body = { eventId: 'evt-1', type: 'news', paymentId: 'pay_1', providerReference: null, fact: { kind: 'succeeded', reference: 'ref-1', amount: 100, currency: 'TRY' } }
  t.match(await askFreely({ as: '', method: 'POST', url: '/api/payments/webhook/simulator', body }, { 'x-simulator-signature': 'valid' }), { status: 200 })
  await service.close()
  t.match(await left(folder), [MESSAGE, INTENT, { kind: 'change', decision: { payment: { status: 'succeeded', futureFact: 'x' } } }])
})

t.test('a write of an unknown kind stays in the journal of an outage, and the others drain', async (t) => {
  const folder = await folderWith(t, FUTURE, PLAIN, FUTURE)
  const { row, service } = await dynamoMode(t, folder)
  t.match(await row('messages', ({ messageId }) => messageId?.S === 'm2'), { senderId: { S: 'ayse' } })
  await service.close()
  t.same(await left(folder), [FUTURE, FUTURE])
})

t.test('a write of an unknown kind is listed in quarantine and can be retried', async (t) => {
  const folder = await folderWith(t, FUTURE)
  const journal = await openJournal(folder)
  await journal.quarantine(1, 'an unknown kind')
  await journal.close()
  const { askFreely, service } = await dynamoMode(t, folder, { listen: false })
  const { status, text } = await askFreely({ as: '#admin', method: 'GET', url: '/api/admin/quarantine' })
  t.match({ status, text }, { status: 200, text: /"sequence":1,/ })
  t.match(await askFreely({ as: '#admin', method: 'POST', url: '/api/admin/quarantine/1/retry' }), { status: 200 })
  await service.close()
  t.same(await left(folder), [FUTURE])
})

t.test('memory mode keeps a write of an unknown kind, and reads the others', async (t) => {
  const folder = await folderWith(t, FUTURE, PLAIN)
  for (const count of [1, 2]) {
    const { askFreely, service } = await memoryMode(t, folder)
    t.match(await askFreely({ as: 'ayse', method: 'GET', url: '/api/messages' }), { status: 200, text: /"text of m2"/ })
    t.match(await askFreely({ as: 'ayse', method: 'POST', url: '/api/messages', body: { receiverId: 'mehmet', message: 'merhaba', clientMessageId: `m-${count}` } }), { status: 201 })
    await service.close()
    const values = await left(folder)
    t.same([values[0], values.length], [FUTURE, 2 + count])
  }
})
