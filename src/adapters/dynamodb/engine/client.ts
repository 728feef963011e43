import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { storeError } from './errors.js'
import { retryStrategy } from './retry-strategy.js'
import type { ServerOptions } from './server-options.js'

const TIMEOUTS = { connectionTimeout: 500, requestTimeout: 2000 }
const MAX_SOCKETS = 256

/** Told of every request that went over the network, repeats included: the name of its command and how long it took. */
export type OnRequest = (command: string, seconds: number) => void

export interface ClientOptions extends ServerOptions {
  readonly onRequest?: OnRequest | undefined
  /** Milliseconds. Without them, such as a caller who waits can bear. */
  readonly timeouts?: typeof TIMEOUTS | undefined
}

export interface Connection {
  /** What it throws has been through `storeError`. */
  readonly documents: DynamoDBDocumentClient
  readonly close: () => void
}

/** The one client that all stores share. */
export function connect (options: ClientOptions): Connection {
  const client = new DynamoDBClient(clientConfig(options))
  client.middlewareStack.add((next) => async (args) => {
    try {
      return await next(args)
    } catch (error) {
      throw storeError(error)
    }
  }, { step: 'initialize', name: 'storeErrors' })
  const { onRequest } = options
  if (onRequest !== undefined) measure(client, onRequest)
  const documents = DynamoDBDocumentClient.from(client, {
    // Metadata may hold any number that JSON holds; a double survives the way there and back.
    marshallOptions: { removeUndefinedValues: true, allowImpreciseNumbers: true },
    unmarshallOptions: { wrapNumbers: Number },
  })
  // The document client leaves closing to whoever made the client below it.
  return { documents, close: () => client.destroy() }
}

function clientConfig ({ region, endpoint, credentials, timeouts = TIMEOUTS }: ClientOptions): DynamoDBClientConfig {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS }
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    retryStrategy,
    requestHandler: {
      ...timeouts,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  }
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
