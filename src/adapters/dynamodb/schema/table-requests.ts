import type { AttributeDefinition, CreateTableCommandInput, GlobalSecondaryIndex, KeySchemaElement, TableDescription, UpdateTableCommandInput } from '@aws-sdk/client-dynamodb'
import type { IndexDefinition, TableDefinition } from '../engine/tables.js'

/** The request that creates a table with its indexes. */
export function creation (TableName: string, definition: TableDefinition, isProtected: boolean): CreateTableCommandInput {
  const { indexes } = definition
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: isProtected,
    KeySchema: keySchema(definition),
    AttributeDefinitions: attributes([definition, ...indexes]),
    // An empty list is refused.
    GlobalSecondaryIndexes: indexes.length === 0 ? undefined : indexes.map(globalIndex),
  }
}

/** The request that adds an index to a table. DynamoDB builds one at a time. */
export function addition (TableName: string, found: TableDescription, definition: TableDefinition, index: IndexDefinition): UpdateTableCommandInput {
  return {
    TableName,
    AttributeDefinitions: attributes([definition, index]),
    GlobalSecondaryIndexUpdates: [{ Create: { ...globalIndex(index), ...capacityLike(found) } }],
  }
}

/** A table with provisioned capacity wants the same of each index. The operator has chosen it, and it stays. */
function capacityLike ({ ProvisionedThroughput: { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = {} }: TableDescription): Pick<GlobalSecondaryIndex, 'ProvisionedThroughput'> {
  return WriteCapacityUnits > 0 ? { ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } } : {}
}

function globalIndex (index: IndexDefinition): GlobalSecondaryIndex {
  const { name, projection } = index
  return {
    IndexName: name,
    KeySchema: keySchema(index),
    Projection: typeof projection === 'string' ? { ProjectionType: projection } : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection] },
  }
}

type Keys = Pick<TableDefinition, 'hash' | 'range'>

function keySchema ({ hash, range }: Keys): KeySchemaElement[] {
  const schema: KeySchemaElement[] = [{ AttributeName: hash, KeyType: 'HASH' }]
  return range === undefined ? schema : [...schema, { AttributeName: range, KeyType: 'RANGE' }]
}

/** The key attributes of a table and its indexes, each once. */
function attributes (keys: readonly Keys[]): AttributeDefinition[] {
  const names = new Set(keys.flatMap((key) => keySchema(key).map(({ AttributeName }) => AttributeName)))
  return [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))
}
