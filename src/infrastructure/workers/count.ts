import { availableParallelism } from 'node:os'
import type { Config } from '../config/config.js'
import { ConfigError } from '../config/variables.js'
import { refuseArguments } from '../runtime/command-line.js'

/** A start has at most so many workers. */
const WORKERS_MAX = 256

/** The number in `--workers`; null without it. Another word ends the process with 2. */
export function workersWanted (given: string | undefined): number | 'auto' | null {
  if (given === undefined || given === 'auto') return given ?? null
  const count = /^[1-9]\d{0,2}$/.test(given) ? Number(given) : Infinity
  return count <= WORKERS_MAX ? count : refuseArguments('start', `--workers must be auto or a number from 1 to ${WORKERS_MAX}`)
}

/** How many workers a start has; null where the process that starts is the service. @throws ConfigError */
export function workersOf ({ mode }: Pick<Config, 'mode'>, wanted: number | 'auto' | null): number | null {
  if (mode === 'dynamodb') return wanted === 'auto' ? availableParallelism() : wanted
  if (typeof wanted === 'number' && wanted > 1) throw new ConfigError('--workers', 'must be 1 in memory mode: each process would have messages and payments of its own')
  return null
}
