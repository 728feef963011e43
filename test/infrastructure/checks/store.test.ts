import t from 'tap'
import { checkStore } from '#infrastructure/checks/store.js'
import { lineOf } from '#infrastructure/checks/finding.js'
import { openTables } from '../../support/creating-tables.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { always, failure } from '../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('tables and permissions are as they should be, or each lack is a line with its remedy', async (t) => {
  const { database: { tableNames }, proxy, create } = await openTables(t, dynamoDb)
  const look = async () => {
    const [place, clock, ...others] = (await checkStore({ mode: 'dynamodb', dynamodb: { ...dynamoDb.client, endpoint: proxy.endpoint, tableNames } }, 'start')).map((finding) => lineOf(finding, []))
    t.match([place, clock], [/^ok {4}DynamoDB: 127\.0\.0\.1:\d+$/, /^ok {4}clock: \d+ s from that of DynamoDB$/])
    return others
  }
  const bare = (await look()).filter((line) => line.startsWith('FAULT tables: '))
  t.equal(bare.length, Object.keys(tableNames).length)
  t.equal(bare[0], `FAULT tables: ${tableNames.migrations} is missing. Remedy: npx --no basvideo tables makes what is missing, and tables --plan says what differs`)

  await create()
  t.same(await look(), [
    'ok    permissions of start: all are there',
    'ok    permissions of tables: none is denied; UpdateContinuousBackups cannot be shown without a change',
    'ok    permissions of backfill: all are there',
    'ok    permissions of drain: all are there',
    'ok    tables: all are there, with their indexes',
  ])

  proxy.plan = ({ operation, body }) => operation === 'DeleteItem' && body.includes(tableNames.audit) ? failure('AccessDeniedException') : null
  t.match(await look(), [
    `FAULT permissions of start: DeleteItem on ${tableNames.audit} is denied. Remedy: npx --no basvideo tables --policy start prints the policy that it needs`,
    /^ok {4}permissions of tables/,
    /^ok {4}permissions of backfill/,
    `note  permissions of drain: DeleteItem on ${tableNames.audit} is denied. Remedy: none where drain runs with other credentials; else npx`,
    /^ok {4}tables/,
  ])

  proxy.plan = always('DescribeTable', failure('AccessDeniedException'))
  const blind = await look()
  t.match(blind[0], new RegExp(`^FAULT permissions of start: (?:DescribeTable on [\\w-]+,? ){3}and ${Object.keys(tableNames).length - 3} more are denied\\. Remedy: `))
  t.equal(blind.at(-1), 'note  tables: cannot all be seen without DescribeTable. Remedy: allow it: the service looks at its tables too')
})
