import { added } from '../../domain/payment-stats.js'
import type { ProjectionWrite } from '../ports/projection.js'

/** Names the row that a write touches: a transaction can't touch one twice. */
export function rowOf (write: ProjectionWrite): string {
  switch (write.kind) {
    case 'stats': return `stats ${write.day} ${write.currency}`
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

function both (before: ProjectionWrite, write: ProjectionWrite): ProjectionWrite {
  switch (write.kind) {
    case 'stats': return { ...write, add: added(before.add, write.add) }
  }
}
