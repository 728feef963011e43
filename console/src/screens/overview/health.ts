import type { AttentionItem } from './attention.js'

/** What the service says of itself every two seconds. */
export interface Health {
  readonly at: string
  readonly mode: string
  readonly store: string
  readonly journal?: { readonly depth: number, readonly oldest?: string | null } | null
  readonly outbox: { readonly lagSeconds: number }
  readonly attention?: readonly AttentionItem[]
  readonly providers: ReadonlyArray<{ readonly name: string, readonly breaker?: string, readonly state?: string }>
}

/** An outbox that is further behind than this is said to be slow. */
const LAG_WARN_S = 30

/** Providers that take no payments now. */
export function awayOf ({ providers }: Health): string[] {
  return providers.filter(({ breaker, state }) => breaker === 'open' || state === 'down').map(({ name }) => name)
}

/** How the service is, as a colour: `bad` while its store is away, `warn` while something behind it is. */
export function toneOf (health: Health | null): 'good' | 'warn' | 'bad' | 'none' {
  if (health === null) return 'none'
  if (health.store !== 'up') return 'bad'
  const isBehind = health.outbox.lagSeconds > LAG_WARN_S || (health.journal?.depth ?? 0) > 0
  return isBehind || awayOf(health).length > 0 ? 'warn' : 'good'
}
