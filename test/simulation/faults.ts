import { HOUR_MS } from '#domain/time.js'
import type { Random } from './random.js'

/** What may become of one call of the store or of a provider. */
export type Fate = 'pass' | 'before' | 'after' | 'double' | 'crash-before' | 'crash-after' | 'late'

/** How likely each fault is, in this run. */
export interface Rates {
  /** A call of the store fails before its effect; after it, its answer being lost; or is carried out twice. */
  readonly storeBefore: number
  readonly storeAfter: number
  readonly storeDouble: number
  /** The same of a provider; `Late`: the caller gives up, and the effect comes some time afterwards. */
  readonly gatewayBefore: number
  readonly gatewayAfter: number
  readonly gatewayLate: number
  readonly gatewayDouble: number
  /** A provider says nothing about one payment or refund for a day or more, and answers about all others. */
  readonly gatewayMute: number
  /** The node dies over a call of either, and starts again later. */
  readonly crash: number
  /** A call takes so long that leases run out. */
  readonly slow: number
  /** An index that lags behind its table shows an earlier state, where its port permits that. */
  readonly stale: number
  /** The node has done what it was asked to, and its answer does not reach the client. */
  readonly answerLost: number
  /** A write of the journal finds no room; a sync of it fails. */
  readonly diskFull: number
  readonly diskError: number
  readonly webhookLost: number
  readonly webhookDouble: number
  readonly webhookLate: number
  readonly webhookTampered: number
}

/** A time during which all calls fail. */
export interface Outage {
  readonly of: 'store' | 'gateway'
  /** Seen by one node alone; null: by all. */
  readonly node: string | null
  readonly from: number
  readonly to: number
  /** Whether calls have their effect, and only their answers are lost. */
  readonly isDeaf: boolean
}

/** Longer than payers have to pay, and no longer than follow-ups go on. */
const MUTE_MIN_MS = 20 * HOUR_MS
const MUTE_MAX_MS = 60 * HOUR_MS

/** The rates from which each run draws its own. */
export const LEVELS: Readonly<Record<keyof Rates, readonly number[]>> = {
  storeBefore: [0, 0.01, 0.05],
  storeAfter: [0, 0.01, 0.06],
  storeDouble: [0, 0.02],
  gatewayBefore: [0, 0.05, 0.2],
  gatewayAfter: [0, 0.1, 0.3],
  gatewayLate: [0, 0.05, 0.15],
  gatewayDouble: [0, 0.1],
  gatewayMute: [0, 0.02, 0.1],
  crash: [0, 0.001, 0.005],
  slow: [0, 0.005, 0.03],
  stale: [0, 0.2],
  answerLost: [0, 0.05],
  diskFull: [0, 0.05],
  diskError: [0, 0.05],
  webhookLost: [0, 0.1, 0.4],
  webhookDouble: [0, 0.2],
  webhookLate: [0, 0.2],
  webhookTampered: [0, 0.2],
}

/** No two runs have the same troubles: each kind is absent from some, so that none hides behind another. */
export function drawRates (random: Random): Rates {
  return Object.fromEntries(Object.entries(LEVELS).map(([name, levels]) => [name, random.pick(levels)])) as unknown as Rates
}

export const NO_FAULTS = Object.fromEntries(Object.keys(LEVELS).map((name) => [name, 0])) as unknown as Rates

/** Where nodes have a journal, the store is away at least once. */
export function drawOutages (random: Random, nodes: readonly string[], isJournaled: boolean): Outage[] {
  return Array.from({ length: random.pick(isJournaled ? [1, 2, 3] : [0, 0, 1, 2]) }, (_, index) => {
    const from = random.below(90_000)
    const of = isJournaled && index === 0 ? 'store' : random.pick(['store', 'gateway'] as const)
    return { of, node: random.pick([null, ...nodes]), from, to: from + random.between(3_000, 40_000), isDeaf: of === 'store' && random.chance(0.2) }
  })
}

/** When a node with a journal starts again while the store is away, having forgotten all that is not in its journal. */
export function drawRestarts (random: Random, outages: readonly Outage[]): number[] {
  return outages.filter(({ of }) => of === 'store' && random.chance(0.3)).map(({ from, to }) => random.between(from, to))
}

/** Fates other than passing, each up to its bound of a number from 0 to 1. Made once for the rates: a run draws hundreds. */
type Bounds = ReadonlyArray<readonly [fate: Fate, bound: number]>

export class Faults {
  readonly #random: Random
  readonly #outages: readonly Outage[]
  readonly restarts: readonly number[]
  readonly #muteUntil = new Map<string, number>()
  #rates: Rates = NO_FAULTS
  #ofStore: Bounds = []
  #ofGateway: Bounds = []

  constructor (random: Random, nodes: readonly string[], isJournaled: boolean) {
    this.#random = random
    this.rates = drawRates(random)
    this.#outages = drawOutages(random, nodes, isJournaled)
    this.restarts = isJournaled ? drawRestarts(random, this.#outages) : []
  }

  get rates (): Rates {
    return this.#rates
  }

  set rates (rates: Rates) {
    const { storeBefore, storeAfter, storeDouble, gatewayBefore, gatewayAfter, gatewayLate, gatewayDouble, crash } = rates
    this.#rates = rates
    this.#ofStore = boundsOf({ before: storeBefore, after: storeAfter, double: storeDouble, 'crash-before': crash / 2, 'crash-after': crash / 2 })
    // Crashes between a provider's effect and its record are what matters most.
    this.#ofGateway = boundsOf({ before: gatewayBefore, after: gatewayAfter, late: gatewayLate, double: gatewayDouble, 'crash-before': crash, 'crash-after': crash * 5 })
  }

  /** From now on everything works. */
  cease (): void {
    this.rates = NO_FAULTS
  }

  get ceased (): boolean {
    return this.#rates === NO_FAULTS
  }

  storeFate (node: string, now: number): Fate {
    const outage = this.#outageOf('store', node, now)
    if (outage !== undefined) return outage.isDeaf ? 'after' : 'before'
    return this.#fate(this.#ofStore)
  }

  gatewayFate (node: string, now: number): Fate {
    if (this.#outageOf('gateway', node, now) !== undefined) return 'before'
    return this.#fate(this.#ofGateway)
  }

  /** Whether a provider says nothing about a payment or a refund: this may last longer than all other faults. */
  isMute (about: string, now: number): boolean {
    const until = this.#muteUntil.get(about) ?? (this.#random.chance(this.rates.gatewayMute) ? now + this.#random.between(MUTE_MIN_MS, MUTE_MAX_MS) : 0)
    this.#muteUntil.set(about, until)
    return now < until
  }

  /** How long a call is under way. */
  latency (): number {
    return this.#random.chance(this.rates.slow) ? this.#random.between(20_000, 90_000) : this.#random.between(1, 60)
  }

  isStale (): boolean {
    return this.#random.chance(this.rates.stale)
  }

  #outageOf (of: Outage['of'], node: string, now: number): Outage | undefined {
    return this.ceased ? undefined : this.#outages.find((outage) => outage.of === of && outage.from <= now && now < outage.to && (outage.node ?? node) === node)
  }

  #fate (bounds: Bounds): Fate {
    const drawn = this.#random.next()
    for (const [fate, bound] of bounds) if (drawn < bound) return fate
    return 'pass'
  }
}

function boundsOf (probabilities: Partial<Record<Fate, number>>): Bounds {
  let sum = 0
  return (Object.entries(probabilities) as Array<[Fate, number]>).filter(([, probability]) => probability > 0).map(([fate, probability]) => {
    sum += probability
    return [fate, sum]
  })
}
