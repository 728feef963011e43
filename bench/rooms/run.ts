/**
 * `npm run bench:rooms`: messages through the feed of a room beside one transaction a message, the time to the acknowledgement at a steady
 * rate, and the requests of each use case in small and large rooms. `-- --part appends`, `rate` or `costs` runs one part; `--entries 1000000`
 * sets the size of the largest room.
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { startDynamoDb } from '../../test/support/dynamodb.js'
import { CALLERS, measureAppends, measureRate, RATE_PER_S, ROOMS, type Pace } from './appends.js'
import { measureCosts } from './costs.js'

const { values: { part: wanted, entries } } = parseArgs({ options: { part: { type: 'string' }, entries: { type: 'string', default: '100000' } } })
const SIZES = [1000, 10_000, Number(entries)]

const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const number = (value: number, digits = 0): string => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const dynamoDb = await startDynamoDb()
const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  appends: async () => {
    const stores = dynamoDb.open(await dynamoDb.freshTables())
    print('| callers at once | through the feed of one room | one transaction a message | messages/s, × | processor time a message, × |\n|---|---|---|---|---|')
    const cell = ({ perSecond, micros }: Pace): string => `${number(perSecond)}/s, ${number(micros)} µs`
    for (const callers of CALLERS) {
      const { feed, transactions } = await measureAppends(stores, callers)
      print(`| ${callers} | ${cell(feed)} | ${cell(transactions)} | ${(feed.perSecond / transactions.perSecond).toFixed(1)} | ${(feed.micros / transactions.micros).toFixed(3)} |`)
    }
    await stores.close()
    print('')
  },
  rate: async () => {
    const stores = dynamoDb.open(await dynamoDb.freshTables())
    const { perSecond, p50, p99 } = await measureRate(stores)
    await stores.close()
    print(`| ${RATE_PER_S} messages a second over ${ROOMS} rooms | acknowledged a second | p50 | p99 |\n|---|---|---|---|`)
    print(`| acknowledgement | ${number(perSecond)} | ${number(p50)} ms | ${number(p99)} ms |\n`)
  },
  costs: async () => {
    const rows = await measureCosts(dynamoDb, SIZES, (line) => { process.stderr.write(`${line}\n`) })
    print(`| requests and units of capacity | ${SIZES.map((size) => `${number(size)} messages`).join(' | ')} |\n|---|${'---|'.repeat(SIZES.length)}`)
    for (const { useCase, costs } of rows) print(`| ${useCase} | ${costs.map(({ requests, capacity }) => `${requests}, ${number(capacity, 1)}`).join(' | ')} |`)
    print('')
  },
}

if (wanted !== undefined && !(wanted in PARTS)) throw new Error(`--part must be one of ${Object.keys(PARTS).join(', ')}`)
print(`Load of the machine at the start: ${loadavg().map((load) => load.toFixed(1)).join(', ')}\n`)
for (const [name, run] of Object.entries(PARTS)) if (wanted === undefined || wanted === name) await run()
await dynamoDb.stop()
