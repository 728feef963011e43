import { setTimeout } from 'node:timers/promises'
import { as } from '../support/service.js'
import type { Restartable } from './processes.js'

/** People who write and pay: each pair is one conversation, whose messages have an order. */
const PAIRS = 50
/** One write of so many is a payment. */
const PAYMENTS = 10
const TICK_MS = 20
const PATIENCE_MS = 15_000

export interface Acknowledged {
  readonly kind: 'message' | 'payment'
  /** In the text of the message, or the order of the payment: unlike any other. */
  readonly name: string
  readonly person: string
}

interface Sample {
  readonly service: Restartable
  readonly startMs: number
  readonly tookMs: number
  readonly degraded: boolean
}

/** How payments are made: of a provider in the process itself, or of one beside it. */
export type Means = 'tok_ok' | 'pm_card_visa'

/** Writes at a steady rate, whatever becomes of them, to all services by turns. */
export class Traffic {
  readonly acknowledged: Acknowledged[] = []
  readonly #services: readonly Restartable[]
  readonly #ratePerS: number
  readonly #label: string
  readonly #means: Means
  readonly #open = new Set<Promise<void>>()
  readonly #samples: Sample[] = []
  #sent = 0
  refused = 0
  #running: Promise<void> | null = null
  #stopped = false

  constructor (services: readonly Restartable[], ratePerS: number, label: string, means: Means = 'tok_ok') {
    this.#means = means
    this.#label = label.replaceAll(' ', '-')
    this.#services = services
    this.#ratePerS = ratePerS
  }

  start (): void {
    this.#running = this.#run()
  }

  async stop (): Promise<void> {
    this.#stopped = true
    await this.#running
    await Promise.all(this.#open)
  }

  /** The 99th percentile of what was begun once its service was known to do without the store; null where nothing was. */
  p99 (): number | null {
    const since = new Map<Restartable, number>()
    for (const { service, startMs, tookMs, degraded } of this.#samples) {
      if (degraded) since.set(service, Math.min(since.get(service) ?? Infinity, startMs + tookMs))
    }
    const took = this.#samples.filter(({ service, startMs, degraded }) => degraded && startMs >= (since.get(service) ?? Infinity)).map(({ tookMs }) => tookMs).sort((a, b) => a - b)
    return took[Math.ceil(took.length * 0.99) - 1] ?? null
  }

  async #run (): Promise<void> {
    const start = performance.now()
    let begun = 0
    while (!this.#stopped) {
      for (const due = (performance.now() - start) * this.#ratePerS / 1000; begun < due; begun++) {
        const one: Promise<void> = this.#write().finally(() => { this.#open.delete(one) })
        this.#open.add(one)
      }
      await setTimeout(TICK_MS)
    }
  }

  /** Once, and where that is not acknowledged, once more at another service, under the same key. */
  async #write (): Promise<void> {
    const number = this.#sent++
    const write = writeOf(number, `${this.#label}-${number}`, this.#means)
    for (const turn of write.kind === 'message' ? [0, 1] : [0]) {
      const service = this.#services[(number + turn) % this.#services.length]
      if (service !== undefined && await this.#send(service, write)) {
        this.acknowledged.push(write)
        return
      }
    }
    this.refused++
  }

  async #send (service: Restartable, { path, headers, body }: ReturnType<typeof writeOf>): Promise<boolean> {
    const startMs = performance.now()
    try {
      const response = await fetch(`${service.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      const answer = await response.json() as { status?: unknown }
      this.#samples.push({ service, startMs, tookMs: performance.now() - startMs, degraded: response.headers.get('x-persistence') === 'degraded' })
      return response.ok && (path.endsWith('messages') || answer.status === 'succeeded')
    } catch {
      return false
    }
  }
}

function writeOf (number: number, name: string, token: Means) {
  const pair = number % PAIRS
  const [person, other] = [`ayse${pair}`, `mehmet${pair}`]
  if (number % PAYMENTS === 0) {
    const body = { amount: 1000, currency: 'TRY', orderId: name, sellerId: other, paymentMethod: { token } }
    return { kind: 'payment' as const, name, person, path: '/api/payments/process', headers: { ...as(person), 'idempotency-key': name }, body }
  }
  return { kind: 'message' as const, name, person, path: '/api/messages', headers: as(person), body: { receiverId: other, message: name, clientMessageId: name } }
}
