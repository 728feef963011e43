/**
 * `npm run bench:logs`: what the logs of errors and performance and the traces take of POST message, in pairs of runs, as time of the processor, which other
 * work on the machine changes little. The folder of another version, built, can be given as an argument: `npm run bench:logs -- ../before`.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { makeCallers } from './caller.js'
import { load, type Job } from './load.js'
import { startServer, type ServerProcess } from './server-process.js'
import { median } from './throughput.js'

const ROUNDS = 9
const ROUND_S = 2
const WARM_UP_S = 3
const CONNECTIONS = 32

const collector = createServer((request, response) => { request.resume().on('end', () => { response.end('{}') }) }).listen(0, '127.0.0.1')
await once(collector, 'listening')
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`

const OFF = { PERFORMANCE_LOG: 'none' }
const before = process.argv[2]
const contestants = [
  { title: 'without a performance log', settings: OFF },
  { title: 'with the logs of errors and performance', settings: {} },
  { title: 'with a tenth of the traces sent', settings: { ...OFF, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '0.1' } },
  ...(before === undefined ? [] : [{ title: 'the other version', settings: {}, program: join(before, 'build/src/infrastructure/programs/start.js') }]),
]

const servers: ServerProcess[] = []
for (const { settings, program } of contestants) servers.push(await startServer('service', settings, program))
const jobs = servers.map(({ url }): Job => ({ url, operation: 'send', callers: makeCallers(), payments: [], connections: CONNECTIONS, seconds: ROUND_S }))
for (const job of jobs) await load({ ...job, seconds: WARM_UP_S })
const rounds: number[][] = []
for (let round = 0; round < ROUNDS; round++) {
  rounds.push([])
  for (const [index, job] of jobs.entries()) {
    const start = servers[index]?.cpuMs() ?? NaN
    const { successes } = await load(job)
    rounds[round]?.push(1000 * successes / ((servers[index]?.cpuMs() ?? NaN) - start))
  }
}
await Promise.all(servers.map(async ({ stop }) => { await stop() }))
collector.closeAllConnections()
collector.close()

process.stdout.write('| POST message | requests for a second of the processor | × without a performance log |\n|---|---|---|\n')
for (const [index, { title }] of contestants.entries()) {
  const figures = rounds.map((round) => Number(round[index]))
  const ratios = rounds.map((round) => Number(round[index]) / Number(round[0]))
  process.stdout.write(`| ${title} | ${Math.round(median(figures))} | ${median(ratios).toFixed(2)} |\n`)
}
