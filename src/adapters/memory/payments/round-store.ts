import type { LeaseClaim } from '#domain/lease.js'
import { newRound, type Round } from '#domain/payments/round.js'
import type { RoundStore } from '#application/ports/round-store.js'
import { Table } from '../engine/table.js'

/** Each method is one synchronous step. */
export class MemoryRoundStore implements RoundStore {
  readonly #rounds = new Table<Round>()

  async find (day: string): Promise<Round | null> {
    return this.#rounds.get(day) ?? null
  }

  async claim (day: string, { owner, until, now }: LeaseClaim): Promise<Round> {
    const known = this.#rounds.get(day)
    if (known !== undefined && known.owner !== owner && known.until > now) return known
    const lease = { owner, until, epoch: (known?.epoch ?? 0) + 1 }
    return this.#rounds.put(day, { ...known ?? newRound(day), ...lease }).stored
  }

  async save (round: Round): Promise<boolean> {
    const last = this.#rounds.get(round.day)
    if (last?.owner !== round.owner || last.epoch !== round.epoch) return false
    this.#rounds.put(round.day, round)
    return true
  }
}
