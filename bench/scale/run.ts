/** `npm run bench:scale`: what grows with the number of payments, and what must not. `--part dynamodb`, `export` or `memory` for that alone. */
import { parseArgs } from 'node:util'
import { startDynamoDb } from '../../test/support/dynamodb.js'
import { measureExports } from './export.js'
import { measureAll, type Measured } from './measure.js'
import { SCALE_OPERATIONS } from './operations.js'
import { loadDynamoDb, loadMemory, type Loaded } from './stores.js'

const MEMORY = { sizes: [1000, 100_000, 1_000_000], runs: 2000 }
const DYNAMODB = { sizes: [1000, 5000, 10_000], runs: 20 }
const EXPORTED = 1_000_000

const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const number = (value: number, digits = 0): string => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** A table of all operations at each size, and how much more the largest costs than the smallest. */
async function table (name: string, { sizes, runs }: typeof MEMORY, load: (count: number) => Promise<Loaded>): Promise<void> {
  const found: Measured[][] = []
  for (const size of sizes) found.push(await measureAll(await load(size), SCALE_OPERATIONS, runs))
  print(`| ${name} | ${sizes.map((size) => `${number(size)} payments`).join(' | ')} | largest ÷ smallest |\n|---|${'---|'.repeat(sizes.length)}---|`)
  for (const one of SCALE_OPERATIONS) {
    const measured = found.flatMap((all) => all.filter(({ operation }) => operation === one))
    print(`| ${[one.title, ...measured.map(cell), ratios(measured)].join(' | ')} |`)
  }
  print('')
}

function cell ({ ms, cost }: Measured): string {
  return cost === null ? `${number(ms * 1000)} µs` : `${number(ms, 1)} ms, ${number(cost.requests, 1)} requests, ${number(cost.capacity, 1)} units`
}

function ratios (measured: readonly Measured[]): string {
  const [smallest, largest] = [measured[0], measured.at(-1)]
  if (smallest === undefined || largest === undefined) return '–'
  const ratio = (of: (one: Measured) => number): string => (of(largest) / of(smallest)).toFixed(2)
  const costs = ({ cost }: Measured) => cost ?? { requests: NaN, capacity: NaN }
  return largest.cost === null ? ratio(({ ms }) => ms) : [ratio(({ ms }) => ms), ratio((one) => costs(one).requests), ratio((one) => costs(one).capacity)].join(', ')
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  dynamodb: async () => {
    const dynamoDb = await startDynamoDb()
    await table('in DynamoDB', DYNAMODB, async (count) => await loadDynamoDb(dynamoDb, count))
    await dynamoDb.stop()
  },
  export: async () => {
    print(`| export of ${number(EXPORTED)} payments in memory mode | payments/s | memory taken |\n|---|---|---|`)
    for (const { format, rowsPerSecond, growth } of await measureExports(EXPORTED)) print(`| ${format} | ${number(rowsPerSecond)} | ${number(growth / 1024 / 1024)} MiB |`)
    print('')
  },
  // Last, because a million payments in this process would slow down all that comes after them.
  memory: async () => { await table('in memory', MEMORY, loadMemory) },
}

const { values: { part: wanted } } = parseArgs({ options: { part: { type: 'string' } } })
if (wanted !== undefined && !(wanted in PARTS)) throw new Error(`there is no part ${wanted}, but ${Object.keys(PARTS).join(', ')}`)
for (const [name, run] of Object.entries(PARTS)) if (wanted === undefined || wanted === name) await run()
