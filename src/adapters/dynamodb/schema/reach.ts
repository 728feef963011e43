import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import type { Database } from '../engine/client.js'
import { lacksTable } from '../engine/errors.js'

export interface Reach {
  /** The time that DynamoDB names, in milliseconds since 1970. Null: it names none. */
  readonly serverMs: number | null
  /** Why it takes no request of ours, as DynamoDB's code. Null where it takes requests, this one or others. */
  readonly refusal: string | null
}

/** Whether DynamoDB is reached, takes our credentials, and what time it has. @throws store_unavailable where it is not reached */
export async function reach ({ documents, tableNames }: Database): Promise<Reach> {
  const command = new DescribeTableCommand({ TableName: tableNames.messages })
  let date: string | undefined
  command.middlewareStack.add((next) => async (args) => {
    const result = await next(args)
    date = (result.response as { readonly headers: Readonly<Record<string, string>> }).headers['date']
    return result
  }, { step: 'deserialize', priority: 'low', name: 'date' })
  const refusal = await documents.send(command).then(() => null, (error: unknown) => {
    if (!(error instanceof StoreUnserved)) throw error
    const { cause } = error
    return lacksTable(cause) || (cause as Error).name === 'AccessDeniedException' ? null : (cause as Error).name
  })
  return { serverMs: date === undefined ? null : Date.parse(date), refusal }
}
