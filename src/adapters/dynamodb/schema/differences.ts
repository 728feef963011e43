import type { GlobalSecondaryIndexDescription, KeySchemaElement, Projection, TableDescription } from '@aws-sdk/client-dynamodb'
import type { IndexDefinition, TableDefinition } from '../engine/tables.js'

type Keys = Pick<TableDefinition, 'hash' | 'range'>
type Types = TableDescription['AttributeDefinitions']

/** In what a table that DynamoDB has differs from its definition: a line each. */
export interface Differences {
  /** What no command can change: another table is needed. */
  readonly unlike: readonly string[]
  /** Indexes that can be added. */
  readonly missing: readonly IndexDefinition[]
  /** Indexes that DynamoDB is still filling. */
  readonly unfilled: readonly string[]
}

export function differencesOf (found: TableDescription, definition: TableDefinition): Differences {
  // An index that is being deleted is as good as gone.
  const there = (found.GlobalSecondaryIndexes ?? []).filter(({ IndexStatus }) => IndexStatus !== 'DELETING')
  const indexes = new Map(there.map((index) => [index.IndexName, index]))
  const pairs = definition.indexes.flatMap((wanted) => {
    const index = indexes.get(wanted.name)
    return index === undefined ? [] : [{ wanted, index }]
  })
  const ofKey = keyDifference('its key', found.KeySchema, found.AttributeDefinitions, definition)
  return {
    unlike: [...ofKey, ...pairs.flatMap(({ wanted, index }) => indexDifferences(index, found.AttributeDefinitions, wanted))],
    // A table with another key is another table, and stays as it is.
    missing: ofKey.length > 0 ? [] : definition.indexes.filter(({ name }) => !indexes.has(name)),
    unfilled: pairs.filter(({ index }) => index.IndexStatus !== 'ACTIVE').map(({ wanted }) => wanted.name),
  }
}

function indexDifferences ({ KeySchema, Projection }: GlobalSecondaryIndexDescription, types: Types, wanted: IndexDefinition): string[] {
  const [has, wants] = [projected(Projection), typeof wanted.projection === 'string' ? wanted.projection : `INCLUDE ${[...wanted.projection].sort().join(', ')}`]
  // An index over all attributes holds those that are wanted too.
  const isEnough = has === 'ALL' || has === wants
  return [...keyDifference(`the key of ${wanted.name}`, KeySchema, types, wanted), ...(isEnough ? [] : [`${wanted.name} holds ${has}, and ${wants} is needed`])]
}

function projected ({ ProjectionType, NonKeyAttributes = [] }: Projection = {}): string {
  return ProjectionType === 'INCLUDE' ? `INCLUDE ${NonKeyAttributes.toSorted().join(', ')}` : String(ProjectionType)
}

function keyDifference (what: string, schema: KeySchemaElement[] | undefined, types: Types, { hash, range }: Keys): string[] {
  const typeOf = (name: string | undefined): string => types?.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? '?'
  const has = (schema ?? []).map(({ AttributeName }) => `${AttributeName} (${typeOf(AttributeName)})`).join(', ')
  const wants = [hash, range].filter((name) => name !== undefined).map((name) => `${name} (S)`).join(', ')
  return has === wants ? [] : [`${what} is ${has}, and ${wants} is needed`]
}
