import { DAY_MS, HOUR_MS } from '#domain/time.js'
import type { Charge } from './bank-records.js'
import type { Random } from './random.js'
import type { Scheduler } from './scheduler.js'

/** How long a key is remembered. */
export const KEPT_MS = DAY_MS

/** A payment as it was created under a key: nothing is charged by that alone. */
export interface Intent {
  readonly reference: string
  /** Our reference of the payment. */
  readonly paymentId: string
  readonly key: string
  /** Milliseconds since the world began. */
  readonly madeAt: number
  charge: Charge | null
  /** It can no longer be charged. */
  isClosed: boolean
}

/** The payments of a provider that forgets its keys after a day. From then on the same key makes another one. */
export class Intents {
  readonly #all: Intent[] = []
  readonly #random: Random
  readonly #scheduler: Scheduler

  constructor (random: Random, scheduler: Scheduler) {
    this.#random = random
    this.#scheduler = scheduler
  }

  create (paymentId: string, key: string): Intent {
    const { now } = this.#scheduler
    const known = this.#all.find((intent) => intent.key === key && now - intent.madeAt < KEPT_MS)
    if (known !== undefined) return known
    const intent = { reference: `intent-${this.#all.length + 1}`, paymentId, key, madeAt: now, charge: null, isClosed: false }
    this.#all.push(intent)
    return intent
  }

  /** The search by our reference is up to an hour late. */
  search (paymentId: string): Intent[] {
    const seen = this.#scheduler.now - this.#random.between(0, HOUR_MS)
    return this.of(paymentId).filter(({ madeAt }) => madeAt <= seen)
  }

  of (paymentId: string): Intent[] {
    return this.#all.filter((intent) => intent.paymentId === paymentId)
  }
}
