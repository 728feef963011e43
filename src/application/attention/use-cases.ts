import { PAYMENT_FLAGS, type PaymentFlag } from '#domain/payments/payment.js'
import { laterBy, SECOND_MS, type Timestamp } from '#domain/time.js'
import type { Quarantine } from '../ports/durability.js'
import { PARKED_COUNT_MAX } from '../ports/outbox-store.js'
import type { Stores } from '../ports/stores.js'
import type { Clock } from '../ports/system.js'

/** Each kind is counted up to this number. */
export const ATTENTION_COUNT_MAX = PARKED_COUNT_MAX
/** However often it is asked for, this process counts once in that time. */
export const COUNTED_MS = 5 * SECOND_MS

export const ATTENTION_COUNTS = [
  'flagged_payments', 'parked_events', 'parked_webhook_events', 'quarantined_writes', 'dead_notifications', 'open_disputes', 'shipments_attention', 'reported_messages',
] as const

/** How many things of a kind wait for a person. */
export interface AttentionCount {
  readonly kind: typeof ATTENTION_COUNTS[number]
  /** Of flagged payments, which are counted by flag. */
  readonly flag?: PaymentFlag
  readonly count: number
  /** Whether there may be more than were counted. */
  readonly isCapped: boolean
}

export interface AttentionPorts extends Pick<Stores, 'attention' | 'outbox' | 'webhookEvents' | 'notifications' | 'shipments' | 'messageReports'> {
  readonly quarantine: Quarantine
  readonly clock: Clock
}

export type AttentionUseCases = ReturnType<typeof makeAttentionUseCases>

export function makeAttentionUseCases ({ attention, outbox, webhookEvents, notifications, shipments, messageReports, quarantine, clock }: AttentionPorts) {
  let counted: { readonly until: Timestamp, readonly counts: Promise<readonly AttentionCount[]> } | null = null

  async function count (): Promise<readonly AttentionCount[]> {
    const max = ATTENTION_COUNT_MAX
    const others: ReadonlyArray<readonly [AttentionCount['kind'], () => Promise<number>]> = [
      ['parked_events', async () => await outbox.countParked()],
      ['parked_webhook_events', async () => await webhookEvents.countParked(max)],
      ['quarantined_writes', async () => (await quarantine.list()).length],
      ['dead_notifications', async () => await notifications.countDead(max)],
      ['open_disputes', async () => await attention.count('dispute', 'open', max)],
      ['shipments_attention', async () => await shipments.countFlagged(max)],
      ['reported_messages', async () => await messageReports.countOpen(max)],
    ]
    return await Promise.all([
      ...PAYMENT_FLAGS.map(async (flag) => counting('flagged_payments', await attention.count('flag', flag, max), flag)),
      ...others.map(async ([kind, find]) => counting(kind, await find())),
    ])
  }

  return {
    /** What waits for a person, of each kind, as it was at most `COUNTED_MS` ago. @throws store_unavailable, store_busy */
    countAttention: async (): Promise<readonly AttentionCount[]> => {
      const now = clock()
      if (counted === null || counted.until <= now) {
        const counts = count()
        counted = { until: laterBy(now, COUNTED_MS), counts }
        counts.catch(() => { counted = null })
      }
      return await counted.counts
    },
  }
}

function counting (kind: AttentionCount['kind'], found: number, flag?: PaymentFlag): AttentionCount {
  return { kind, ...(flag !== undefined && { flag }), count: Math.min(found, ATTENTION_COUNT_MAX), isCapped: found >= ATTENTION_COUNT_MAX }
}
