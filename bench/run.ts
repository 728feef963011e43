/**
 * `npm run bench`: throughput beside bare Fastify and Express in ratios, webhooks at a steady rate, start time and memory.
 */
import { availableParallelism } from 'node:os'
import { measureMemory, measureStart, MESSAGES } from './footprint.js'
import { OPERATION_NAMES, OPERATIONS } from './operations.js'
import { canPin } from './server-process.js'
import { measureThroughput } from './throughput.js'
import { measureWebhooks, WEBHOOK_RATE } from './webhooks.js'

const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const ratio = (a: number, b: number): string => (a / b).toFixed(2)
const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`

print(`Node ${process.version}, ${availableParallelism()} cores, server ${canPin ? 'on core 0, load from core 1' : 'and load not bound to cores'}; compare ratios, not absolute figures\n`)
print('| requests/s (p99 ms) | this service | bare Fastify | Express | × bare Fastify | × Express |')
print('|---|---|---|---|---|---|')
// Webhooks are measured at the rate of a provider, below.
for (const operation of OPERATION_NAMES.filter((name) => name !== 'webhook')) {
  const { service, fastify, express } = await measureThroughput(operation, ['service', 'fastify', 'express'])
  const cells = [service, fastify, express].map(({ perSecond, p99 }) => `${Math.round(perSecond)} (${p99.toFixed(0)})`)
  print(`| ${[OPERATIONS[operation].title, ...cells, ratio(service.perSecond, fastify.perSecond), ratio(service.perSecond, express.perSecond)].join(' | ')} |`)
}
const { mapStore, fastify } = await measureThroughput('send', ['mapStore', 'fastify'])
print(`\nPOST message with a Map in place of the store: ${ratio(mapStore.perSecond, fastify.perSecond)} × bare Fastify; order, conversations and events take the rest.`)

const { perSecond, p99 } = await measureWebhooks()
print(`\n| signed webhooks at ${WEBHOOK_RATE} a second, each settling a payment | applied a second | p99 |`)
print('|---|---|---|')
print(`| POST webhook | ${Math.round(perSecond)} | ${p99.toFixed(0)} ms |`)

const { empty, full } = await measureMemory()
print('\n| footprint in memory mode | |')
print('|---|---|')
print(`| start to first answer | ${Math.round(await measureStart())} ms |`)
print(`| memory at the start | ${megabytes(empty)} |`)
print(`| memory with ${MESSAGES.toLocaleString('en')} messages | ${megabytes(full)} |`)
