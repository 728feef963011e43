import { makeDeclineBrake, type Payer } from '#application/payments/decline-brake.js'
import { RequestCounts, type Count } from '#adapters/http/guards/request-counts.js'
import { makePlaces } from '#adapters/http/live/places.js'
import { MemoryAttemptStore } from '#adapters/memory/accounts/attempt-store.js'
import { SummedFigures, type Figures } from '#adapters/prometheus/summed.js'
import { clock } from '#adapters/system/system.js'
import type { Primary, ToWorker } from './messages.js'
import { endAt, quarantineOf } from './quarantine.js'

/** A worker that does not show its figures in this time counts with those that it showed last. */
const FIGURES_MS = 1000

/** A worker, as the hub knows it. */
interface Member {
  readonly slot: number
  readonly link: ToWorker
  /** What it showed last. */
  figures: Figures
}

/** What the workers of one start share: their bus, the counts of their limits, their quarantine, and the sum of their metrics. It is in the primary. */
export class Hub {
  readonly #members = new Set<Member>()
  readonly #requests = new Map<string, RequestCounts>()
  readonly #places = makePlaces()
  readonly #brake = makeDeclineBrake({ localAttempts: new MemoryAttemptStore(), clock })
  readonly #figures = new SummedFigures()

  /** What the hub does for a worker, and what ends that when the worker is over. `linkOf` opens the link to it. */
  enter (slot: number, linkOf: (services: Omit<Primary, 'ready'>) => ToWorker): { readonly link: ToWorker, readonly leave: () => Promise<void> } {
    const places: string[] = []
    const tries: Array<{ readonly payer: Payer, readonly paymentId: string }> = []
    let isOver = false
    const link = linkOf({
      publish: (topic, message) => { for (const other of this.#members) if (other !== member) other.link.tell('publish', topic, message) },
      countRequest: (group, key, windowMs) => this.#count(group, key, windowMs),
      takePlace: (name, max) => {
        const isTaken = this.#places.take(name, max)
        if (isTaken) places.push(name)
        return isTaken
      },
      leavePlace: (name) => {
        // A worker that had no answer in time gives back what it may not have got.
        const index = places.indexOf(name)
        if (index === -1) return
        places.splice(index, 1)
        this.#places.leave(name)
      },
      beginTry: async (payer, paymentId) => {
        const refusal = await this.#brake.begin(payer, paymentId)
        if (refusal !== null) return { refusal: { message: refusal.message, retryAfterS: Number(refusal.retryAfterS) } }
        if (isOver) this.#brake.end(payer, paymentId)
        else tries.push({ payer, paymentId })
        return {}
      },
      learnTry: async (payer, outcome) => { await this.#brake.learn(payer, outcome) },
      endTry: (payer, paymentId) => {
        const index = tries.findIndex((one) => one.paymentId === paymentId)
        tries.splice(index, 1)
        this.#brake.end(payer, paymentId)
      },
      renderMetrics: async () => await this.#figures.render(await Promise.all(Array.from(this.#members, showFigures))),
      quarantine: async () => await quarantineOf(this.#members),
      endQuarantined: async (how, sequence) => await endAt(this.#members, how, sequence),
      leaveFigures: (figures) => {
        member.figures = figures
        return true
      },
    })
    const member: Member = { slot, link, figures: [] }
    this.#members.add(member)
    return {
      link,
      leave: async () => {
        isOver = true
        this.#members.delete(member)
        for (const name of places) this.#places.leave(name)
        for (const { payer, paymentId } of tries) this.#brake.end(payer, paymentId)
        await this.#figures.keep(member.figures)
      },
    }
  }

  #count (group: string, key: string, windowMs: number): Count {
    const counts = this.#requests.get(group) ?? new RequestCounts({})
    this.#requests.set(group, counts)
    let counted: Count = { current: 1, ttl: windowMs }
    counts.incr(key, (_error, count) => { counted = { current: count.current, ttl: count.ttl } }, windowMs)
    return counted
  }
}

async function showFigures (member: Member): Promise<Figures> {
  member.figures = await member.link.ask('figures', [], FIGURES_MS) ?? member.figures
  return member.figures
}
