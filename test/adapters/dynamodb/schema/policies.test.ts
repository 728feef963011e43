// @own-process
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { ACTIONS, policyOf, PROGRAMS_OF_TABLES } from '#adapters/dynamodb/schema/policies.js'
import { TABLE_IDS, tableNames } from '#adapters/dynamodb/engine/tables.js'
import { openTables } from '../../../support/creating-tables.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { failure } from '../../../support/dynamodb-proxy.js'
import { parse, targetOf } from '../../../support/imports.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** The action that each command of the SDK needs, and each part of a transaction. */
const ACTION_OF: Readonly<Record<string, string>> = {
  'new BatchGetCommand(': 'BatchGetItem',
  'new BatchWriteCommand(': 'BatchWriteItem',
  'new CreateTableCommand(': 'CreateTable',
  'new DeleteCommand(': 'DeleteItem',
  'new DescribeTableCommand(': 'DescribeTable',
  'new DescribeTimeToLiveCommand(': 'DescribeTimeToLive',
  'new GetCommand(': 'GetItem',
  'new PutCommand(': 'PutItem',
  'new QueryCommand(': 'Query',
  'new ScanCommand(': 'Scan',
  'new UpdateCommand(': 'UpdateItem',
  'new UpdateContinuousBackupsCommand(': 'UpdateContinuousBackups',
  'new UpdateTableCommand(': 'UpdateTable',
  'new UpdateTimeToLiveCommand(': 'UpdateTimeToLive',
  'ConditionCheck:': 'ConditionCheckItem',
}

/** The actions of the files that a file reaches by imports. */
function actionsReachedFrom (entry: string): string[] {
  const reached = new Set([entry])
  for (const path of reached) {
    for (const specifier of parse({ path, text: readFileSync(path, 'utf8') }).specifiers) {
      const target = targetOf(path, specifier)
      if (target?.startsWith('src/') === true) reached.add(target)
    }
  }
  const text = [...reached].map((path) => readFileSync(path, 'utf8')).join('\n')
  t.same([...new Set(text.match(/new \w+Command\(/g))].filter((command) => ACTION_OF[command] === undefined && command !== 'new TransactWriteCommand('), [], 'every command has its action')
  return [...new Set(Object.entries(ACTION_OF).filter(([part]) => text.includes(part)).map(([, action]) => action))].sort()
}

t.test('each program may do what it does, and nothing else', async (t) => {
  t.same(ACTIONS.start.toSorted(), actionsReachedFrom('src/adapters/dynamodb/stores.ts'))
  t.same(ACTIONS.drain.toSorted(), actionsReachedFrom('src/infrastructure/commands/drain.ts'))
  t.same(ACTIONS.backfill.toSorted(), actionsReachedFrom('src/infrastructure/commands/backfill.ts'))
})

t.test('the tables and an index are made with the actions of the policy alone, and all of them', async (t) => {
  const { proxy, create, plan, database } = await openTables(t, dynamoDb, true)
  proxy.plan = ({ operation }) => (ACTIONS.tables as readonly string[]).includes(operation) ? null : failure('AccessDeniedException')
  const lines = await create()
  t.notMatch(lines, /AccessDenied/)
  await database.documents.send(new UpdateTableCommand({ TableName: database.tableNames.payments, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'userId-index' } }] }))
  await create()
  t.equal((await plan()).whole, true)
  t.same([...new Set(proxy.requests.map(({ operation }) => operation))].sort(), ACTIONS.tables.toSorted())
})

t.test('a policy names the tables and indexes of the service alone', async (t) => {
  const policy = policyOf('start', { region: 'eu-central-1', tableNames: tableNames({ DYNAMODB_TABLE_MESSAGES: 'shop-messages' }) })
  t.match(policy, {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['dynamodb:DescribeTable', 'dynamodb:BatchGetItem'], Resource: ['arn:aws:dynamodb:eu-central-1:*:table/basvideo-migrations', 'arn:aws:dynamodb:eu-central-1:*:table/shop-messages'] },
      { Effect: 'Allow', Action: ['dynamodb:Query'], Resource: ['arn:aws:dynamodb:eu-central-1:*:table/shop-messages/index/*'] },
      { Effect: 'Allow', Action: ['dynamodb:Scan'], Resource: ['arn:aws:dynamodb:eu-central-1:*:table/basvideo-payments'] },
    ],
  })
  const { Statement: [first] } = policy as { Statement: Array<{ Resource: string[] }> }
  t.equal(first?.Resource.length, TABLE_IDS.length)
  t.equal((policyOf('tables', { region: 'r', tableNames: tableNames({}) }) as { Statement: object[] }).Statement.length, 1)
})

t.test('the command prints the policy of a program, and refuses another name', async (t) => {
  const run = (...args: string[]) => spawnSync(process.execPath, [fileURLToPath(import.meta.resolve('#infrastructure/programs/tables.js')), ...args], { env: { ...process.env, DYNAMODB_ENDPOINT: '', AWS_REGION: 'eu-central-1' }, encoding: 'utf8' })
  for (const program of PROGRAMS_OF_TABLES) t.same(JSON.parse(run('--policy', program).stdout), policyOf(program, { region: 'eu-central-1', tableNames: tableNames({}) }))
  t.match(run('--policy', 'fly'), { status: 2, stdout: '', stderr: 'basvideo tables: --policy must be start, tables, backfill or drain; see basvideo tables --help\n' })
})
