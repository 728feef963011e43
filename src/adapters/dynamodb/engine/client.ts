import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { bulkhead, isBulkheadRejectedError } from 'cockatiel'
import { buffer } from 'node:stream/consumers'
import { busy, lacksTable, storeError } from './errors.js'
import { GroupCommit, ITEMS_MAX, type GroupObserver } from './group-commit.js'
import type { Send } from './group-call.js'
import { GroupReads, readsOf } from './group-reads.js'
import type { ServerOptions } from './server.js'
import type { TableId, TableNames } from './tables.js'
import { rowNames } from './transaction.js'

const TIMEOUTS = { connectionTimeout: 500, requestTimeout: 2000 }
const MAX_SOCKETS = 256
/** Calls that may wait for one of the sockets, and how long. A wait in the pool itself would count as silence of DynamoDB. */
const WAITING_MAX = 10_000
const WAIT_MAX_MS = 1000

/** What every store of this adapter works with. */
export interface Database {
  /** Its errors have been through `storeError`. */
  readonly documents: DynamoDBDocumentClient
  /** Writes transactions; see `transact`. */
  readonly groups: GroupCommit
  /** Reads rows by their keys; see `getRow`. */
  readonly reads: GroupReads
  readonly tableNames: TableNames
  /** Milliseconds of a clock that never runs backwards. */
  readonly now: () => number
  /** Receives the key of each row that a list leaves out, or shows with safe defaults. */
  readonly onUnreadable: (table: TableId, key: string) => void
}

/** Receives every request that went over the network, repeats included: the name of its command and its duration. */
export type OnRequest = (command: string, seconds: number) => void

export interface ClientOptions extends ServerOptions {
  readonly onRequest?: OnRequest | undefined
  /** Called when DynamoDB says that a table or an index is missing. */
  readonly onLack?: (() => void) | undefined
  /** Milliseconds. By default, as long as a waiting caller can bear. */
  readonly timeouts?: typeof TIMEOUTS | undefined
}

/** What a database is, beside its client. */
interface Surroundings {
  readonly tableNames: TableNames
  readonly now?: Database['now']
  readonly onUnreadable?: Database['onUnreadable']
  /** How many rows a call of several transactions, or of several reads, may hold; 1 lets each go alone. */
  readonly groupMax?: number | undefined
  readonly groupObserver?: GroupObserver
}

export interface DatabaseOptions extends ClientOptions, Surroundings {}

export interface OpenDatabase {
  readonly database: Database
  readonly close: () => void
}

export function openDatabase (options: DatabaseOptions): OpenDatabase {
  const { documents, close } = connect(options)
  return { database: databaseOn(documents, options), close }
}

const UNOBSERVED: GroupObserver = { onCall: () => {}, onSpoilt: () => {} }

export function databaseOn (documents: DynamoDBDocumentClient, surroundings: Surroundings): Database {
  const { tableNames, now = () => performance.now(), onUnreadable = () => {}, groupMax = ITEMS_MAX, groupObserver = UNOBSERVED } = surroundings
  const send: Send = async (items) => await documents.send(new TransactWriteCommand({ TransactItems: [...items] }))
  const groups = new GroupCommit(send, { rowOf: rowNames(tableNames), itemsMax: groupMax, observer: groupObserver, now })
  const reads = new GroupReads(readsOf(documents, tableNames), groupMax)
  return { documents, groups, reads, tableNames, now, onUnreadable }
}

/** The one client that all stores share. */
export function connect (options: ClientOptions): { readonly documents: DynamoDBDocumentClient, readonly close: () => void } {
  const client = new DynamoDBClient(clientConfig(options))
  const sockets = bulkhead(MAX_SOCKETS, WAITING_MAX)
  client.middlewareStack.add((next) => async (args) => {
    const since = performance.now()
    const inTime = async () => {
      if (performance.now() - since > WAIT_MAX_MS) throw busy()
      return await next(args)
    }
    try {
      return await sockets.execute(inTime)
    } catch (error) {
      if (lacksTable(error)) options.onLack?.()
      throw isBulkheadRejectedError(error) ? busy(error) : storeError(error)
    }
  }, { step: 'initialize', name: 'storeErrors' })
  const { onRequest } = options
  if (onRequest !== undefined) measure(client, onRequest)
  const documents = DynamoDBDocumentClient.from(client, {
    // Metadata may hold any number that JSON holds; a double survives the way there and back.
    marshallOptions: { removeUndefinedValues: true, allowImpreciseNumbers: true },
    unmarshallOptions: { wrapNumbers: Number },
  })
  // The document client does not close the client below it.
  return { documents, close: () => client.destroy() }
}

function clientConfig ({ region, endpoint, credentials, timeouts = TIMEOUTS }: ClientOptions): DynamoDBClientConfig {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS }
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    credentialDefaultProvider,
    streamCollector,
    retryStrategy,
    requestHandler: {
      ...timeouts,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  }
}

/** A failure to fetch credentials, of whatever kind, is one of our own: the request was never sent. */
const credentialDefaultProvider: NonNullable<DynamoDBClientConfig['credentialDefaultProvider']> = (options) => {
  const provider = defaultProvider(options as Parameters<typeof defaultProvider>[0])
  return async (...args) => {
    try {
      return await provider(...args)
    } catch (cause) {
      throw Object.assign(new Error('the credentials of AWS cannot be fetched', { cause }), { name: 'CredentialsProviderError' })
    }
  }
}

/** DynamoDB always says something. An empty answer of a proxy would read like that of a row that is not there. */
const streamCollector: NonNullable<DynamoDBClientConfig['streamCollector']> = async (stream: AsyncIterable<Uint8Array>) => {
  const bytes = await buffer(stream)
  if (bytes.length === 0) throw new Error('the answer is empty')
  return bytes
}

/** Sits behind the retries, so that each attempt counts. */
function measure (client: DynamoDBClient, onRequest: OnRequest): void {
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    const start = performance.now()
    try {
      return await next(args)
    } finally {
      onRequest(String(commandName).replace(/Command$/, ''), (performance.now() - start) / 1000)
    }
  }, { step: 'deserialize', priority: 'low', name: 'onRequest' })
}

type RetryStrategy = Extract<DynamoDBClientConfig['retryStrategy'], { refreshRetryTokenForRetry: unknown }>
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>

/**
 * How often a request is sent at most, by how it failed. A time-out has cost two seconds already,
 * while throttling passes quickly: the table or the partition is about to split.
 */
const MAX_ATTEMPTS = { CLIENT_ERROR: 1, TRANSIENT: 2, SERVER_ERROR: 2, THROTTLING: 6 }
const DELAY_BASE_MS = 25

/** The SDK's own strategy waits a second before it repeats a throttled request: too long for a waiting caller. */
const retryStrategy: RetryStrategy = {
  acquireInitialRetryToken: async () => retryToken(0),
  refreshRetryTokenForRetry: async (token, { errorType }) => {
    const retries = token.getRetryCount() + 1
    if (retries >= MAX_ATTEMPTS[errorType]) throw new Error('no attempt is left')
    return retryToken(retries)
  },
  recordSuccess: () => {},
}

/** Each retry has a delay of its own by chance, so that clients that were refused together do not come back together. */
function retryToken (retries: number): RetryToken {
  const delay = retries === 0 ? 0 : Math.random() * DELAY_BASE_MS * 2 ** retries
  return { getRetryCount: () => retries, getRetryDelay: () => delay }
}
