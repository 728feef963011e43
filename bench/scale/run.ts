/**
 * `npm run bench:scale`: the cost of each list at small and large numbers of payments, and the export of a million.
 * `-- --part memory`, `dynamodb` or `export` runs one part.
 */
import { parseArgs } from 'node:util'
import { startDynamoDb } from '../../test/support/dynamodb.js'
import { measureExports } from './export.js'
import { measureTables } from './measure.js'
import { SCALE_OPERATIONS } from './operations.js'
import { measurePages } from './pages.js'
import { loadTables, type Loaded } from './tables.js'

const MEMORY_SIZES = [1000, 100_000, 1_000_000]
const DYNAMODB_SIZES = [1000, 10_000, 100_000]
const EXPORTED = 1_000_000

const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const number = (value: number, digits = 0): string => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** Prints each operation at each size, and the ratio of the largest to the smallest. */
function table<T> (name: string, sizes: readonly number[], found: readonly T[][], cell: (one: T) => string, costs: ReadonlyArray<(one: T) => number>): void {
  print(`| ${name} | ${sizes.map((size) => `${number(size)} payments`).join(' | ')} | largest ÷ smallest |\n|---|${'---|'.repeat(sizes.length)}---|`)
  for (const [index, { title }] of SCALE_OPERATIONS.entries()) {
    const row = found[index] ?? []
    const [smallest, largest] = [row[0], row.at(-1)]
    if (smallest === undefined || largest === undefined) throw new Error(`${title} was not measured`)
    print(`| ${[title, ...row.map(cell), costs.map((cost) => (cost(largest) / cost(smallest)).toFixed(2)).join(', ')].join(' | ')} |`)
  }
  print('')
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  memory: async () => {
    table('in memory', MEMORY_SIZES, await measurePages(MEMORY_SIZES, SCALE_OPERATIONS), (micros) => `${number(micros)} µs`, [(micros) => micros])
  },
  dynamodb: async () => {
    const dynamoDb = await startDynamoDb()
    const loaded: Loaded[] = []
    for (const size of DYNAMODB_SIZES) loaded.push(await loadTables(dynamoDb, size))
    const measured = await measureTables(loaded, SCALE_OPERATIONS)
    await dynamoDb.stop()
    table('in DynamoDB', DYNAMODB_SIZES, measured, ({ ms, cost }) => `${number(ms, 1)} ms, ${number(cost.requests, 1)} requests, ${number(cost.capacity, 1)} units`,
      [({ ms }) => ms, ({ cost }) => cost.requests, ({ cost }) => cost.capacity])
  },
  export: async () => {
    print(`| export of ${number(EXPORTED)} payments in memory mode | payments/s | memory taken |\n|---|---|---|`)
    for (const { format, rowsPerSecond, growth } of await measureExports(EXPORTED)) print(`| ${format} | ${number(rowsPerSecond)} | ${number(growth / 1024 / 1024)} MiB |`)
    print('')
  },
}

const { values: { part: wanted } } = parseArgs({ options: { part: { type: 'string' } } })
if (wanted !== undefined && !(wanted in PARTS)) throw new Error(`--part must be one of ${Object.keys(PARTS).join(', ')}`)
for (const [name, run] of Object.entries(PARTS)) if (wanted === undefined || wanted === name) await run()
