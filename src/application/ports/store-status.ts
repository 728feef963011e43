import type { Timestamp } from '../../domain/time.js'

/** How the stores are kept at present. `degraded`: DynamoDB is away, and what can be taken goes to the journal; `draining`: it is back, and gets what it missed. */
export type StoreMode = 'memory' | 'dynamodb' | 'degraded' | 'draining'

export interface StoreStatus {
  readonly mode: StoreMode
  readonly since: Timestamp
  /** Writes that are acknowledged and lie in the journal alone, and since when the oldest of them does; null where there is no journal. */
  readonly journal: { readonly depth: number, readonly oldest: Timestamp | null, readonly quarantined: number } | null
}
