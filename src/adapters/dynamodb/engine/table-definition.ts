/** Index of a table. All key attributes are strings. */
export interface IndexDefinition {
  readonly name: string
  readonly hash: string
  readonly range?: string
  /** The attributes of an index row beside the keys. */
  readonly projection: 'ALL' | 'KEYS_ONLY' | readonly string[]
}

export interface TableDefinition {
  /** The default name of the table is the prefix and this. */
  readonly suffix: string
  /** Environment variable that gives the table another name. */
  readonly variable: string
  readonly hash: string
  readonly range?: string
  readonly indexes: readonly IndexDefinition[]
  /** Attribute with the second since 1970 after which DynamoDB may delete a row. */
  readonly expiry?: string
}
