import { added } from '#domain/payments/payment-stats.js'
import type { ProjectionWrite } from '../ports/projection.js'

/** Names the row that a write touches: a transaction can't touch one twice. */
export function rowOf (write: ProjectionWrite): string {
  switch (write.kind) {
    case 'stats': return `stats ${write.day} ${write.currency}`
    case 'notification': return `notification ${write.notification.notificationId}`
    case 'term': return `term ${write.paymentId} ${write.term}`
  }
}

/** One write for each row, which does what all of them would have done. */
export function merged (writes: readonly ProjectionWrite[]): ProjectionWrite[] {
  const rows = new Map<string, ProjectionWrite>()
  for (const write of writes) {
    const row = rowOf(write)
    const before = rows.get(row)
    rows.set(row, before === undefined ? write : both(before, write))
  }
  return [...rows.values()]
}

/** A term or a notification that is written twice is written. */
function both (before: ProjectionWrite, write: ProjectionWrite): ProjectionWrite {
  return before.kind === 'stats' && write.kind === 'stats' ? { ...write, add: added(before.add, write.add) } : write
}
