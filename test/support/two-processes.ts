import type { Test } from 'tap'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { inFull, type startDynamoDb } from './dynamodb.js'
import { listening, startProgram } from './process.js'
import { ENV, type Headers } from './service.js'

export const KEYS = inFull ? 200 : 20
export const COPIES = 20
/** Keys whose copies are under way at the same time. */
const KEYS_AT_ONCE = 2

export interface Answer {
  readonly status: number
  readonly headers: globalThis.Headers
  readonly body: Record<string, unknown>
}

export type Call = (copy: number, method: string, path: string, headers: Headers, body?: unknown) => Promise<Answer>

/** Two services as processes of their own on the same tables. Copies of a request go to them by turns. */
export async function startTwo (t: Test, dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>, more: Record<string, string> = {}): Promise<{ call: Call, effects: (operation: string) => Promise<number> }> {
  const tables = await dynamoDb.freshTables()
  const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
  // Their lines are covered by other tests, and to count them slows both services down.
  const uncounted = { _TAPJS_PROCESSINFO_COVERAGE_: '0' }
  const env = { ...ENV, ...names, ...uncounted, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: dynamoDb.client.endpoint, PORT: '0', RATE_LIMIT_MAX: '1000000', FIRST_MESSAGES_PER_DAY: '0', ...more }
  const urls = await Promise.all([1, 2].map(async () => await listening(startProgram(t, 'start', env))))

  const call: Call = async (copy, method, path, headers, body) => {
    const response = await fetch(`${urls[copy % 2]}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, body: await response.json() as Record<string, unknown> }
  }
  /** What both asked of the provider, as they count it themselves. */
  const effects = async (operation: string): Promise<number> => {
    const figures = await Promise.all(urls.map(async (url) => await (await fetch(`${url}/metrics`)).text()))
    const counts = figures.flatMap((text) => [...text.matchAll(new RegExp(`^basvideo_gateway_call_duration_seconds_count{.*operation="${operation}".*} (\\d+)$`, 'gm'))])
    return counts.reduce((total, [, count]) => total + Number(count), 0)
  }
  return { call, effects }
}

/** Sends the copies of each key at once, and some keys beside each other. */
export async function storm (copies: number, send: (name: string, copy: number) => Promise<Answer>): Promise<Map<string, Answer[]>> {
  const names = Array.from({ length: KEYS }, (_, index) => `key-${index}`)
  const answers = new Map<string, Answer[]>()
  const waiting = names.values()
  await Promise.all(Array.from({ length: KEYS_AT_ONCE }, async () => {
    for (const name of waiting) answers.set(name, await Promise.all(Array.from({ length: copies }, async (_, copy) => await untilTaken(async () => await send(name, copy)))))
  }))
  return answers
}

/** More requests, or more changes of one row, than they take at once. */
const REFUSED = ['overloaded', 'store_busy']

/** Sends a copy until a service takes it: on a slow machine they refuse some as more than they can handle, and have changed nothing. */
async function untilTaken (send: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await send()
    if (answer.status !== 503 || !REFUSED.includes(String(answer.body['code']))) return answer
  }
}

/** One copy made it, and every other was told of it or asked to come back. */
export function checkAnswers (t: Test, answers: Map<string, Answer[]>, id: string): void {
  const all = [...answers.values()]
  t.ok(all.every((copies) => copies.filter(({ status }) => status === 201).length === 1), 'one copy of each key made it')
  const others = all.flat().filter(({ status }) => status !== 201)
  t.same(others.filter((answer) => !isReplay(answer) && !isInProgress(answer)).map(({ status, body }) => [status, body['code']]), [])
  const distinct = all.map((copies) => new Set(copies.filter(({ status }) => status < 300).map(({ body }) => body[id])).size)
  t.ok(distinct.every((count) => count === 1), 'all copies of a key tell of the same one')
}

export function isReplay ({ status, headers }: Answer): boolean {
  return status === 200 && headers.get('idempotent-replayed') === 'true'
}

export function isInProgress ({ status, headers, body }: Answer): boolean {
  return status === 409 && body['code'] === 'request_in_progress' && Number(headers.get('retry-after')) > 0
}

/** All items of a list, page by page, from both processes by turns. */
export async function listed (call: Call, path: string, headers: Headers): Promise<Array<Record<string, unknown>>> {
  const items: Array<Record<string, unknown>> = []
  let cursor: unknown = ''
  for (let page = 0; cursor !== null; page++) {
    const { body } = await call(page, 'GET', `${path}?limit=100${cursor === '' ? '' : `&cursor=${String(cursor)}`}`, headers)
    items.push(...body['items'] as typeof items)
    cursor = body['nextCursor']
  }
  return items
}
