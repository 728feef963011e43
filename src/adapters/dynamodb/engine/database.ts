import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { connect, type ClientOptions } from './client.js'
import type { TableNames } from './tables.js'

/** What every store here stands on. */
export interface Database {
  readonly documents: DynamoDBDocumentClient
  readonly tableNames: TableNames
  /** Milliseconds of a clock that never runs backwards. */
  readonly now: () => number
}

export interface DatabaseOptions extends ClientOptions {
  readonly tableNames: TableNames
  readonly now?: Database['now']
}

export interface OpenDatabase {
  readonly database: Database
  readonly close: () => void
}

export function openDatabase ({ tableNames, now = () => performance.now(), ...options }: DatabaseOptions): OpenDatabase {
  const { documents, close } = connect(options)
  return { database: { documents, tableNames, now }, close }
}

/** Tells whether the time is over, counted from now. */
export function deadline ({ now }: Database, milliseconds: number): () => boolean {
  const end = now() + milliseconds
  return () => now() >= end
}
