/** `npm run fuzz -- --requests 200000 --raw 20000 --canaries 10000 --seed 1`: requests of the OpenAPI document, arbitrary bytes, and secrets that must leave no trace. */
import { parseArgs } from 'node:util'
import { sendCanaries } from './canaries.js'
import { fuzz, unreached } from './fuzz.js'
import { fuzzRaw } from './raw.js'
import { startTarget } from './target.js'

const SHOWN_MAX = 20

const { values } = parseArgs({ options: { requests: { type: 'string', default: '20000' }, raw: { type: 'string', default: '2000' }, canaries: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } } })
const [requests, raw, canaries, seed] = [Number(values.requests), Number(values.raw), Number(values.canaries), Number(values.seed)]
const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
let uncaught = 0
for (const name of ['unhandledRejection', 'uncaughtException']) {
  process.on(name, (error: unknown) => {
    uncaught++
    print(`${name}: ${String((error as Error).stack)}`)
  })
}
const ends: Array<() => unknown> = []
const lasting = { teardown: (end: () => unknown) => { ends.push(end) } }

const start = performance.now()
const { counts, violations } = await fuzz(await startTarget(lasting), requests, seed)
print('| operation | requests | right and accepted | wrong and refused |\n|---|---|---|---|')
for (const [id, { requests: sent, taken, refused }] of counts) print(`| ${id} | ${sent} | ${taken} | ${refused} |`)
for (const { operation, what, request } of violations.slice(0, SHOWN_MAX)) print(`\n${operation}: ${what}\n    ${request}`)
const never = unreached(counts)
if (never.length > 0) print(`\nNo request to these was accepted: ${never.join(', ')}`)
const sum = [...counts.values()].reduce((total, one) => total + one.requests, 0)
print(`\n${sum} requests from the document: ${violations.length} violations, ${seconds(start)}`)

const startRaw = performance.now()
const { answers, violations: rawViolations } = await fuzzRaw(lasting, raw, seed)
for (const violation of rawViolations.slice(0, SHOWN_MAX)) print(violation)
print(`${raw} connections with arbitrary bytes: ${answers} answers, ${rawViolations.length} violations, ${seconds(startRaw)}`)

const startCanaries = performance.now()
const { sent, taken, found } = await sendCanaries(lasting, canaries, seed)
for (const one of found.slice(0, SHOWN_MAX)) print(one)
print(`${sent} secrets in fields and headers, ${taken} of them in accepted requests: ${found.length} found afterwards, ${seconds(startCanaries)}`)

for (const end of ends.reverse()) await end()
print(`${uncaught} uncaught errors`)
const isClean = violations.length + rawViolations.length + found.length + never.length + uncaught === 0
if (!isClean) print(`\nnpm run fuzz -- --requests ${requests} --raw ${raw} --canaries ${canaries} --seed ${seed}`)
process.exitCode = isClean ? 0 : 1
