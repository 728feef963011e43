/** `npm run kill`: the service is killed in the middle of traffic, again and again (`--kills 500`), and finds at each start what it had acknowledged. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { as, ENV } from '../support/service.js'
import { service } from './processes.js'
import { Traffic, type Acknowledged } from './traffic.js'

const KILLS = Number(parseArgs({ options: { kills: { type: 'string', default: '100' } } }).values.kills)
const RATE_PER_S = 200
const ALIVE_MAX_MS = 400

const folder = mkdtempSync(join(tmpdir(), 'basvideo-kill-'))
const one = await service({ ...ENV, DATA_DIR: folder, RATE_LIMIT_MAX: '1000000000', LOG_LEVEL: 'silent' })
const acknowledged: Acknowledged[] = []
for (let kill = 0; kill < KILLS; kill++) {
  await one.start()
  const traffic = new Traffic([one], RATE_PER_S, `kill ${kill}`)
  traffic.start()
  await setTimeout(Math.random() * ALIVE_MAX_MS)
  await one.kill()
  await traffic.stop()
  acknowledged.push(...traffic.acknowledged)
}
await one.start()
const counts = new Map<string, number>()
for (const person of new Set(acknowledged.map((write) => write.person))) {
  for (const { message } of await all('/api/messages', person)) count(message)
  for (const { orderId, status } of await all('/api/payments', person)) if (status === 'succeeded') count(orderId)
}
await one.kill()
rmSync(folder, { recursive: true, force: true })
const lost = acknowledged.filter(({ name }) => !counts.has(name)).length
const doubled = [...counts.values()].filter((times) => times > 1).length
process.stdout.write(`${KILLS} kills, ${acknowledged.length} writes acknowledged: ${lost} lost, ${doubled} doubled\n`)
process.exitCode = lost + doubled === 0 && acknowledged.length > 0 ? 0 : 1

function count (name: unknown): void {
  counts.set(String(name), (counts.get(String(name)) ?? 0) + 1)
}

async function all (path: string, person: string): Promise<ReadonlyArray<Record<string, unknown>>> {
  const items: Array<Record<string, unknown>> = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page = await (await fetch(`${one.url}${path}?limit=100${query}`, { headers: as(person) })).json() as { items: Array<Record<string, unknown>>, nextCursor: string | null }
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}
