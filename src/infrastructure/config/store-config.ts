import { serverOptions, type ServerOptions } from '#adapters/dynamodb/engine/server.js'
import { TABLE_IDS, TABLES, tableNames, type TableNames } from '#adapters/dynamodb/engine/tables.js'
import type { EarlierMapping } from '#adapters/dynamodb/payments/earlier-mapping.js'
import { earlierMapping } from './earlier-payments.js'
import { tryEnvironment, type EnvironmentValues } from './environment.js'
import { ConfigError, readAll } from './variables.js'

const REGION = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const TABLE_NAME = /^[\w.-]{3,255}$/

export type StoreOptions = ServerOptions & { readonly tableNames: TableNames }

/** The DynamoDB of an environment, for programs that need nothing else of it. @throws ConfigError */
export function storeOptions (env: Readonly<Record<string, string | undefined>>): StoreOptions {
  const faults = storeFaults(tryEnvironment(env).values)
  if (faults.length > 0) throw ConfigError.of(faults)
  return { ...serverOptions(env), tableNames: tableNames(env) }
}

/** The same, and how payments of the earlier application are read. @throws ConfigError with the faults of both */
export function mappedStoreOptions (env: Readonly<Record<string, string | undefined>>): StoreOptions & { readonly earlierPayments: EarlierMapping | undefined } {
  const { options, earlierPayments } = readAll({ options: () => storeOptions(env), earlierPayments: () => earlierMapping(env['EARLIER_PAYMENTS_FILE']) })
  return { ...options, earlierPayments }
}

/** What no DynamoDB could be reached with: a line for each fault. */
export function storeFaults (values: EnvironmentValues): string[] {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region, DYNAMODB_ENDPOINT: endpoint } = values
  return [
    ...(id !== undefined && secret === undefined ? ['AWS_SECRET_ACCESS_KEY must be set beside AWS_ACCESS_KEY_ID'] : []),
    ...(id === undefined && secret !== undefined ? ['AWS_ACCESS_KEY_ID must be set beside AWS_SECRET_ACCESS_KEY'] : []),
    ...(REGION.test(region) ? [] : ['AWS_REGION must be the name of a region, such as eu-central-1']),
    ...(endpoint === undefined || isServer(endpoint) ? [] : ['DYNAMODB_ENDPOINT must be an address such as http://127.0.0.1:8000']),
    ...tableFaults(values),
  ]
}

function isServer (endpoint: string): boolean {
  return URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)
}

function tableFaults (values: Readonly<Record<string, unknown>>): string[] {
  const given = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, values[TABLES[id].variable] as string | undefined]))
  const names = tableNames(given)
  const twice = (name: string): boolean => Object.values(names).filter((other) => other === name).length > 1
  return TABLE_IDS.flatMap((id) => {
    const { variable } = TABLES[id]
    if (!TABLE_NAME.test(names[id])) return [`${variable} must be 3 to 255 letters, digits, dots, hyphens and underscores`]
    return given[variable] !== undefined && twice(names[id]) ? [`${variable} names a table that another variable names too`] : []
  })
}
