/**
 * `npm run chaos:live`: people read live over two nodes, a bus and an engine that fail in many ways, and nothing may be missing or come twice. `--short` for a
 * minute of it, `--fault 'bus frozen'` for that one alone, `--runs 20` for many, `--part storm --clients 10000` for the return of all clients of one node.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { FAULTS } from './faults.js'
import { runFaults } from './run-faults.js'
import { runStorm } from './run-storm.js'

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    part: { type: 'string', multiple: true, default: ['faults', 'storm'] },
    fault: { type: 'string', multiple: true, default: Object.keys(FAULTS) },
    runs: { type: 'string', default: '1' },
    readers: { type: 'string', default: '200' },
    clients: { type: 'string' },
  },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { process.exit(130) })
if (spawnSync('redis-server', ['--version']).status !== 0) {
  process.stderr.write('redis-server is not installed: nothing was looked at\n')
  process.exit(1)
}
let violations = 0
if (values.part.includes('faults')) {
  violations += await runFaults({ names: values.fault, runs: Number(values.runs), readers: Number(values.readers), faultMs: values.short ? 2000 : 15_000 })
}
if (values.part.includes('storm')) violations += await runStorm(Number(values.clients ?? (values.short ? 2000 : 10_000)))
process.stdout.write(violations === 0 ? '\nNothing was missing, and nothing came twice.\n' : `\n${violations} violations.\n`)
process.exitCode = violations === 0 ? 0 : 1
