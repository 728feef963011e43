import type { Unknown } from '#application/ports/payment-gateway.js'
import { never, type Context } from './context.js'
import type { Host } from './network.js'

/** After so many calls without an answer a node takes a provider for out, for so long. It remembers that as long as it lives. */
const SILENCES_MAX = 4
const OUTAGE_MS = 20_000
export const UNKNOWN: Unknown = { kind: 'unknown', reason: 'timeout' }

/** Someone outside, whom a node asks over a network. */
export interface Asked {
  readonly name: string
  /** Whether a network repeats commands. It does where they are recognised; others forbid their clients to try again by themselves. */
  readonly isRepeatable: boolean
}

export interface Asking {
  /** @param about the payment, refund or shipment about which they may say nothing for long */
  readonly ask: <Answer>(what: string, about: string, effect: () => Answer) => Promise<Answer | Unknown>
  readonly outageS: () => number | null
}

/** A node's way to a provider or a carrier: answers get lost, come too late, or are never read. */
export function makeAsking ({ name, isRepeatable }: Asked, host: Host, { scheduler, faults, random, trace }: Context): Asking {
  let silences = 0
  let outUntil = 0

  async function ask<Answer> (what: string, about: string, effect: () => Answer): Promise<Answer | Unknown> {
    const isMute = faults.isMute(about, scheduler.now)
    const fate = isMute ? 'mute' : faults.gatewayFate(host.name, scheduler.now)
    trace.note(scheduler.now, host.name, `${name}.${what}`, `${about.slice(0, 14)}${fate === 'pass' ? '' : ` (${fate})`}`)
    await scheduler.sleep(faults.latency())
    if (!host.life.alive) {
      if (random.chance(0.5)) effect()
      return await never()
    }
    if (fate === 'mute') return muted(effect)
    if (fate === 'before') return silence()
    if (fate === 'late') {
      scheduler.after(random.between(1_000, random.pick([100_000, 1_000_000])), effect)
      return silence()
    }
    if (fate === 'crash-before') return await die()
    if (fate === 'double' && isRepeatable) effect()
    const answer = effect()
    if (fate === 'crash-after') return await die()
    if (fate === 'after') return silence()
    silences = 0
    if (random.chance(0.3)) await scheduler.sleep(faults.latency(), host.life)
    return answer
  }

  /** Others are answered meanwhile. */
  function muted (effect: () => unknown): Unknown {
    if (random.chance(0.5)) effect()
    return UNKNOWN
  }

  function silence (): Unknown {
    if (++silences % SILENCES_MAX === 0) outUntil = scheduler.now + OUTAGE_MS
    return UNKNOWN
  }

  async function die (): Promise<never> {
    host.crash()
    return await never()
  }

  return { ask, outageS: () => outUntil > scheduler.now ? Math.ceil((outUntil - scheduler.now) / 1000) : null }
}
