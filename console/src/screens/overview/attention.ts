import { signal } from '@preact/signals'

/** One kind of what waits for a person. */
export interface AttentionItem {
  readonly kind: string
  /** Of flagged payments: which flag. */
  readonly flag?: string
  readonly count: number
  /** Whether there may be more than `count`. */
  readonly isCapped: boolean
  /** The address of the list in the API. */
  readonly path: string
}

const LISTS: Readonly<Record<string, string>> = {
  parked_events: '/console/events/parked',
  parked_webhook_events: '/console/webhooks?state=parked',
  quarantined_writes: '/console/quarantine',
  dead_notifications: '/console/notifications',
  open_disputes: '/console/disputes?status=open',
  shipments_attention: '/console/shipments?flagged=true',
  reported_messages: '/console/message-reports',
}

/** The screen that lists it. A kind that the console does not know leads to the payments. */
export function listOf ({ kind, flag }: AttentionItem): string {
  if (flag !== undefined) return `/console/payments?flag=${encodeURIComponent(flag)}`
  return LISTS[kind] ?? '/console/payments'
}

/** Who lacks this scope cannot open the list. */
export function scopeOf ({ kind }: AttentionItem): string {
  return kind === 'reported_messages' ? 'moderate' : 'read'
}

/** What the stream of the health said last, which is newer than what was asked for. */
export const told = signal<readonly AttentionItem[] | null>(null)
