import type { FastifySchema } from 'fastify'

const header = (description: string) => ({ type: 'string', description })
const ALWAYS = {
  'x-request-id': header('Names the request in our logs'),
  'x-persistence': header('`degraded` while DynamoDB is away and a journal takes its place, `draining` while it gets what it missed; else absent'),
  'x-stale': header('Seconds since when this may be out of date; absent where it is as the store says'),
}
const RETRY_AFTER = { 'retry-after': header('Seconds after which a repeat is worth while') }
const LOCATION = { location: header('Where the outcome will stand') }
const REPLAYED = { 'idempotent-replayed': header('`true` where an earlier request under the key has done it') }

const HEADERS: Readonly<Record<string, object>> = { 202: LOCATION, 303: LOCATION, 409: RETRY_AFTER, 429: RETRY_AFTER, 503: RETRY_AFTER }

/** A response as the OpenAPI document shows it. */
interface Response {
  readonly description?: string
  readonly content?: object
  /** `null` where there is no body. */
  readonly type?: string
  readonly examples?: readonly unknown[]
}

/** The responses of a route with what a reader needs beside the schemas: what each success means, and the headers that come along. */
export function documentedResponses (schema: FastifySchema): FastifySchema {
  const idempotent = schema.headers !== undefined
  const responses = Object.entries(schema.response as Readonly<Record<string, Response>>).map(([status, response]) => {
    const replayable = idempotent && status.startsWith('2')
    const headers = { ...ALWAYS, ...(status === '202' && !idempotent ? {} : HEADERS[status]), ...(replayable ? REPLAYED : {}) }
    if (response.type === 'null') return [status, { ...response, headers }]
    const { description = success(status, idempotent), content = { 'application/json': mediaOf(response) } } = response
    return [status, { description, headers, content }]
  })
  return { ...schema, response: Object.fromEntries(responses) }
}

/** A schema that is not shared has its example beside it. */
function mediaOf ({ examples = [], ...schema }: Response): object {
  return examples.length === 0 ? { schema } : { schema, example: examples[0] }
}

function success (status: string, idempotent: boolean): string {
  if (status === '201') return 'Done'
  if (status === '202') return 'Taken in; how it ends is not known yet'
  return idempotent ? 'Done by an earlier request under the same key; this is how it stands now' : 'As it stands now'
}
