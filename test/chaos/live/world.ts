import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '#adapters/dynamodb/engine/client.js'
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { createTables } from '#adapters/dynamodb/schema/create-tables.js'
import { startRedis, type RedisServer } from '../../support/redis.js'
import { streamer } from '../../support/rooms.js'
import { adminToken, as, ENV, key } from '../../support/service.js'
import { engine, service, type Restartable } from '../processes.js'
import { faultProxy, type Proxy } from '../proxy.js'
import { lossyProxy, type LossyProxy } from './lossy-proxy.js'

/** Two nodes on one engine, with a bus between them, and all that can be done to it. */
export interface World {
  readonly nodes: readonly [Restartable, Restartable]
  readonly store: Restartable
  /** The network between the first node and the engine. */
  readonly network: Proxy
  readonly redis: RedisServer
  readonly loss: LossyProxy
  /** The connections to the bus. */
  readonly bus: Proxy
  readonly roomId: string
  readonly channelId: string
  readonly close: () => Promise<void>
}

/** @throws Error where this machine has no redis-server */
export async function startWorld (more: Readonly<Record<string, string>> = {}): Promise<World> {
  const redis = await startRedis()
  const folder = mkdtempSync(join(tmpdir(), 'basvideo-live-'))
  const store = await engine(join(folder, 'tables.db'))
  await store.start()
  const { database, close: closeDatabase } = openDatabase({ ...serverOptions({ DYNAMODB_ENDPOINT: store.url }), tableNames: tableNames({}) })
  await createTables(database, { report: () => {} })
  closeDatabase()
  const loss = await lossyProxy(redis.url)
  const bus = await faultProxy(loss.url)
  const network = await faultProxy(store.url)
  const env = {
    ...ENV,
    USE_DYNAMODB: 'true',
    LIVE_BUS_URL: bus.url.replace('http:', 'redis:'),
    FIRST_MESSAGES_PER_DAY: '0',
    ROOM_RATE_MAX: '1000',
    RATE_LIMIT_MAX: '1000000000',
    RECONCILE_PER_MINUTE: '0',
    LOG_LEVEL: 'silent',
    ...more,
  }
  const nodes = [
    await service({ ...env, DYNAMODB_ENDPOINT: network.url, DATA_DIR: join(folder, 'one') }),
    await service({ ...env, DYNAMODB_ENDPOINT: store.url, DATA_DIR: join(folder, 'other') }),
  ] as const
  await Promise.all(nodes.map(async (node) => { await node.start() }))
  const post = async (path: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${nodes[1].url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json() as Record<string, unknown>
  }
  await post('/api/admin/streamers/add', { ...adminToken, ...key('minutes') }, { email: 'ada@example.com', minutes: 1000 })
  const { roomId } = await post('/api/rooms', { ...streamer, ...key('room') }, { title: 'Atkılar' })
  await post(`/api/rooms/${String(roomId)}/start`, streamer, {})
  const { channelId } = await post('/api/channels', { ...streamer, ...key('channel') }, { name: 'Atkı sevenler', kind: 'public' })
  for (const userId of membersOf(CHANNEL_SENDERS)) await post(`/api/channels/${String(channelId)}/join`, as(userId), {})
  return {
    nodes,
    store,
    network,
    redis,
    loss,
    bus,
    roomId: String(roomId),
    channelId: String(channelId),
    close: async () => {
      await Promise.all(nodes.map(async (node) => { await node.kill() }))
      for (const proxy of [bus, loss, network]) proxy.close()
      await Promise.all([store.kill(), redis.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** People who write in the channel. */
export const CHANNEL_SENDERS = 5

export function membersOf (count: number): string[] {
  return Array.from({ length: count }, (_, index) => `member${index}`)
}
