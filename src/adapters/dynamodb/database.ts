import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { TableNames } from './tables.js'

/** What every store here stands on. */
export interface Database {
  readonly documents: DynamoDBDocumentClient
  readonly tableNames: TableNames
}
