// @own-process
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { openJournal } from '#infrastructure/wiring/open-stores.js'
import { message, payment } from '../../contracts/fixtures.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { startProgram } from '../../support/process.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('the command drains a journal into DynamoDB, and reports its content before and the rest after', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'basvideo-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const tables = await dynamoDb.freshTables()
  const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
  const env = { ...names, DATA_DIR: folder, DYNAMODB_ENDPOINT: dynamoDb.client.endpoint }
  const { messages, payments, conversations, close } = dynamoDb.open(tables)
  await conversations.setBlocked('can', 'ayse', true)
  const journal = await openJournal(folder)
  for (const write of [message('m1'), message('m2', { receiverId: 'can' })]) await journal.append({ kind: 'message', message: write })
  for (const id of ['pay_1', 'pay_2', 'pay_3']) await journal.append({ kind: 'intent', decision: payment(id) })
  await journal.close()

  t.match(await startProgram(t, 'drain', {}).exit, { code: 1, stderr: /DATA_DIR must name the folder/ })
  t.match(await startProgram(t, 'drain', env, [], ['--dry-run']).exit, { code: 0, stderr: /5 writes wait, message 2, intent 3; 0 in quarantine\. Nothing was changed\./ })
  t.equal(await messages.find('m1'), null)
  t.match(await startProgram(t, 'drain', { ...env, DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }).exit, { code: 1, stderr: /DynamoDB is away\.\n[^]*0 writes are out of the journal, 5 are left/ })
  t.match(await startProgram(t, 'drain', env).exit, { code: 0, stderr: /5 writes are out of the journal, 0 are left, 1 are in quarantine\./ })
  t.match(await messages.find('m1'), { messageId: 'm1' })
  t.match(await payments.find('pay_1'), { status: 'pending' })
  await close()
})

t.test('the command drains the journals of all workers that have run on the folder', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'basvideo-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const tables = await dynamoDb.freshTables()
  const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
  for (const [name, id] of [['.', 'm1'], ['worker-3', 'm3']] as const) {
    const journal = await openJournal(join(folder, name))
    await journal.append({ kind: 'message', message: message(id) })
    await journal.close()
  }
  const env = { ...names, DATA_DIR: folder, DYNAMODB_ENDPOINT: dynamoDb.client.endpoint }
  t.match(await startProgram(t, 'drain', env, [], ['--dry-run']).exit, { code: 0, stderr: /^Worker 1: 1 writes wait, message 1;[^\n]*\nWorker 3: 1 writes wait, message 1;/ })
  t.match(await startProgram(t, 'drain', env).exit, { code: 0, stderr: /Worker 1: [^]*1 writes are out[^]*Worker 3: [^]*1 writes are out/ })
  const { messages, close } = dynamoDb.open(tables)
  for (const id of ['m1', 'm3']) t.match(await messages.find(id), { messageId: id })
  await close()
})
