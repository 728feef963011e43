/**
 * `npm run kill:rooms`: 50 people write in a room through two services on one DynamoDB engine, one of which is killed again and again
 * (`--kills 100`). Nothing acknowledged may be lost, doubled or out of order.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDatabase } from '#adapters/dynamodb/engine/client.js'
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { createTables } from '#adapters/dynamodb/schema/create-tables.js'
import { adminToken, as, ENV, key } from '../support/service.js'
import { streamer } from '../support/rooms.js'
import { engine, service } from './processes.js'

const KILLS = Number(parseArgs({ options: { kills: { type: 'string', default: '100' } } }).values.kills)
const SENDERS = 50
const ALIVE_MAX_MS = 1500
const PATIENCE_MS = 10_000
/** A person may write once a second. */
const PAUSE_MS = 1000
const RETRY_MS = 100
/** One message of so many is repeated. */
const REPEATED = 5

interface Told {
  readonly sender: string
  readonly text: string
  readonly position: string
}

interface HistoryPage {
  readonly items: ReadonlyArray<{ readonly text: string | null, readonly senderId: string, readonly position: string }>
  readonly nextCursor: string | null
}

const folder = mkdtempSync(join(tmpdir(), 'basvideo-rooms-'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { process.exit(130) })
const store = await engine(join(folder, 'tables.db'))
await store.start()
const { database, close } = openDatabase({ ...serverOptions({ DYNAMODB_ENDPOINT: store.url }), tableNames: tableNames({}) })
await createTables(database, { report: () => {} })
close()
const env = { ...ENV, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: store.url, ROOM_RATE_MAX: '1000', RATE_LIMIT_MAX: '1000000000', LOG_LEVEL: 'silent', RECONCILE_PER_MINUTE: '0' }
const [victim, other] = [await service(env), await service(env)]
await Promise.all([victim.start(), other.start()])
await post('/api/admin/streamers/add', { ...adminToken, ...key('minutes') }, { email: 'ada@example.com', minutes: 1000 })
const { roomId } = await post('/api/rooms', { ...streamer, ...key('room') }, { title: 'Atkılar' }) as { roomId: string }
await post(`/api/rooms/${roomId}/start`, streamer, {})

const over = new AbortController()
const acknowledged: Told[] = []
const senders = Array.from({ length: SENDERS }, async (_, index) => { await write(`sender${index}`, index) })
for (let kill = 0; kill < KILLS; kill++) {
  await setTimeout(Math.random() * ALIVE_MAX_MS)
  await victim.kill()
  await victim.start()
}
over.abort()
await Promise.all(senders)
const { lost, doubled, unordered } = await findings()
await Promise.all([victim.kill(), other.kill(), store.kill()])
rmSync(folder, { recursive: true, force: true })
process.stdout.write(`${KILLS} kills, ${acknowledged.length} messages of ${SENDERS} people acknowledged: ${lost} lost, ${doubled} doubled, ${unordered} out of order\n`)
process.exitCode = lost + doubled + unordered === 0 && acknowledged.length > 0 ? 0 : 1

/** One message after the other, each until it is acknowledged, under the same key through either service. */
async function write (sender: string, turn: number): Promise<void> {
  for (let number = 0; !over.signal.aborted; number++) {
    const text = `${sender} ${number}`
    for (let tries = turn + number; ; tries++) {
      const position = await send(urlOf(tries), sender, text)
      if (position !== null) {
        acknowledged.push({ sender, text, position })
        // What is acknowledged is sent once more through the other one, as by a client that lost the answer.
        if (number % REPEATED === 0) await send(urlOf(tries + 1), sender, text)
        break
      }
      await setTimeout(RETRY_MS)
    }
    await setTimeout(PAUSE_MS)
  }
}

function urlOf (turn: number): string {
  return turn % 2 === 0 ? victim.url : other.url
}

/** Where the message lies; null where there was no answer, or one to try again. @throws Error where it is refused */
async function send (url: string, sender: string, text: string): Promise<string | null> {
  const response = await fetch(`${url}/api/rooms/${roomId}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...as(sender) },
    body: JSON.stringify({ text, clientMessageId: text }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => null)
  if (response === null || response.status === 503 || response.status === 429) return null
  const answer = await response.json().catch(() => null) as { position: string } | null
  if (response.ok) return answer?.position ?? null
  throw new Error(`${sender} was refused: ${response.status} ${JSON.stringify(answer)}`)
}

async function findings (): Promise<{ lost: number, doubled: number, unordered: number }> {
  const history: HistoryPage['items'][number][] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page = await (await fetch(`${other.url}/api/rooms/${roomId}/messages?limit=100${query}`)).json() as HistoryPage
    history.push(...page.items)
    cursor = page.nextCursor
  }
  const found = new Map(history.map(({ text, position }) => [text, position]))
  const places = history.map(({ position }) => placeOf(position))
  const isSorted = places.every((place, index) => index === 0 || place < (places[index - 1] ?? 0))
  const ofSenders = Map.groupBy(history.toReversed(), ({ senderId }) => senderId)
  const unordered = [...ofSenders.values()].flat().filter(({ text, senderId }) => ofSenders.get(senderId)?.[Number(text?.split(' ')[1])]?.text !== text).length
  return {
    lost: acknowledged.filter(({ text, position }) => found.get(text) !== position).length,
    doubled: history.length - found.size,
    unordered: unordered + Number(!isSorted),
  }
}

/** Of a page and a place in it, such as 12.0. A page has fewer than a thousand entries. */
function placeOf (position: string): number {
  const [page, index] = position.split('.').map(Number)
  return Number(page) * 1000 + Number(index)
}

async function post (path: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<unknown> {
  const response = await fetch(`${other.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return await response.json()
}
