import type { OpenStores } from '#application/ports/stores.js'
import { dayAfter, dayOf, MINUTE_MS, startOfDay, type Timestamp } from '#domain/time.js'
import { START } from '../support/builders.js'
import type { Bank } from './bank.js'
import type { ChannelLedger } from './channels/channel-ledger.js'
import type { Faults } from './faults.js'
import type { InvariantName } from './invariants.js'
import type { Ledger } from './ledger.js'
import type { LiveLedger } from './live/live-ledger.js'
import type { Random } from './random.js'
import type { RoomLedger } from './rooms/room-ledger.js'
import type { Scheduler } from './scheduler.js'
import type { ShippingLedger } from './shipping/shipping-ledger.js'
import type { Trace } from './trace.js'

export const FIRST_DAY = dayOf(START)
/** When the world begins: the round of the next day begins amid all trouble. */
export const MOMENT_OF_START = Date.parse(startOfDay(dayAfter(FIRST_DAY))) - MINUTE_MS

export interface Violation {
  readonly invariant: InvariantName
  readonly what: string
}

/** What one run consists of. */
export interface Context {
  readonly random: Random
  readonly scheduler: Scheduler
  readonly trace: Trace
  readonly faults: Faults
  /** As both nodes share it, without any network between. */
  readonly store: OpenStores
  readonly banks: readonly Bank[]
  readonly ledger: Ledger
  readonly rooms: RoomLedger
  readonly channels: ChannelLedger
  readonly shipping: ShippingLedger
  readonly live: LiveLedger
  /** Owners of leases who have a provider charge, or a carrier make a label, at this moment. */
  readonly charging: Set<string>
  readonly violations: Violation[]
  /** Whether nodes keep a journal while the store is away. */
  readonly isJournaled: boolean
  /** Ids of messages and keys of webhook events that were acknowledged, and wait for a person. */
  readonly quarantined: Set<string>
}

/** Told once each: what follows from a violation is seldom worth reading. */
export function violate ({ violations, trace, scheduler }: Context, invariant: InvariantName, what: string): void {
  trace.note(scheduler.now, 'VIOLATION', invariant, what)
  violations.push({ invariant, what })
}

/** The time of the world. */
export function momentOf ({ scheduler }: Pick<Context, 'scheduler'>, skew = 0): Timestamp {
  return new Date(MOMENT_OF_START + scheduler.now + skew).toISOString()
}

/** Starts what nobody waits for. What goes wrong in it is no part of the plan. */
export function spawn (context: Context, run: () => Promise<void>): void {
  run().catch((error: unknown) => { violate(context, 'nothing unexpected is thrown', error instanceof Error ? String(error.stack) : String(error)) })
}

export async function never (): Promise<never> {
  return await new Promise<never>(() => {})
}
