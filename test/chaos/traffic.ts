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

/** Writes at a steady rate, whatever becomes of them, each kind to all services by turns. */
export class Traffic {
  readonly acknowledged: Acknowledged[] = []
  readonly #services: readonly Restartable[]
  readonly #ratePerS: number
  readonly #label: string
  readonly #means: Means
  readonly #open = new Set<Promise<void>>()
  readonly #samples: Sample[] = []
  readonly #unpaid: Array<ReturnType<typeof writeOf>> = []
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

  /** The 99th percentile of what was begun at a service once it was known to do without the store; null where nothing was. */
  p99 (service: Restartable): number | null {
    const degraded = this.#samples.filter((sample) => sample.service === service && sample.degraded)
    const since = Math.min(...degraded.map(({ startMs, tookMs }) => startMs + tookMs))
    const took = degraded.filter(({ startMs }) => startMs >= since).map(({ tookMs }) => tookMs).sort((a, b) => a - b)
    return took[Math.ceil(took.length * 0.99) - 1] ?? null
  }

  /** Payers whose payment was not confirmed try again under the key that they have, as all of them should. Answers how many are still without an answer. */
  async repeatUnpaid (): Promise<number> {
    for (const write of this.#unpaid.splice(0)) await this.#write(write)
    return this.#unpaid.length
  }

  async #run (): Promise<void> {
    const start = performance.now()
    let begun = 0
    while (!this.#stopped) {
      for (const due = (performance.now() - start) * this.#ratePerS / 1000; begun < due; begun++) {
        const number = this.#sent++
        const one: Promise<void> = this.#write(writeOf(number, `${this.#label}-${number}`, this.#means)).finally(() => { this.#open.delete(one) })
        this.#open.add(one)
      }
      await setTimeout(TICK_MS)
    }
  }

  /** Once, and where that is not acknowledged, a message once more at another service, under the same key. A payment is repeated later. */
  async #write (write: ReturnType<typeof writeOf>): Promise<void> {
    for (const turn of write.kind === 'message' ? [0, 1] : [0]) {
      const service = this.#services[(write.turn + turn) % this.#services.length]
      if (service !== undefined && await this.#send(service, write)) {
        this.acknowledged.push(write)
        return
      }
    }
    if (write.kind === 'payment') this.#unpaid.push(write)
    this.refused++
  }

  async #send (service: Restartable, { path, person, headers, body }: ReturnType<typeof writeOf>): Promise<boolean> {
    const startMs = performance.now()
    try {
      const response = await fetch(`${service.url}${path}`, {
        method: 'POST',
        // A token of its own, because the last tries come later than one is good for.
        headers: { 'content-type': 'application/json', ...as(person), ...headers },
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
    return { kind: 'payment' as const, turn: number / PAYMENTS, name, person, path: '/api/payments/process', headers: { 'idempotency-key': name }, body }
  }
  return { kind: 'message' as const, turn: number, name, person, path: '/api/messages', headers: {}, body: { receiverId: other, message: name, clientMessageId: name } }
}
