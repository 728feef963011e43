import { QueryCommand, type DynamoDBDocumentClient, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Row } from './row.js'

/** The first `count` rows of a query. One request, unless the rows are so large that DynamoDB breaks them up (1 MB). */
export async function queryRows (documents: DynamoDBDocumentClient, input: QueryCommandInput, count = Infinity): Promise<Row[]> {
  const rows: Row[] = []
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey']
  do {
    const Limit = count === Infinity ? undefined : count - rows.length
    const { Items = [], LastEvaluatedKey } = await documents.send(new QueryCommand({ ...input, Limit, ExclusiveStartKey }))
    rows.push(...Items)
    ExclusiveStartKey = LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined && rows.length < count)
  return rows
}

/** A page of what was read one item further than the page goes, to know whether the list does. */
export function pageOf<T> (items: readonly T[], { limit }: PageRequest, keyOf: (item: T) => string): Page<T> {
  const shown = items.slice(0, limit)
  const [last] = items.length > limit ? shown.slice(-1) : []
  return { items: shown, nextKey: last === undefined ? null : keyOf(last) }
}
