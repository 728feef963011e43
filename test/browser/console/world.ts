import type { Lasting } from '../../support/provider-server.js'
import { settableClock, type SettableClock } from '../../support/builders.js'
import { JWT_SECRET, startService, type ServiceOptions, type TestService } from '../../support/service.js'
import { clock } from '#adapters/system/system.js'
import { makeSecretTokenSigner } from '#adapters/tokens/own-tokens.js'
import { fillShop } from '#infrastructure/sample/fill.js'
import { makeServiceClient } from '#infrastructure/sample/service-client.js'
import { shopOf, type Shop } from '#infrastructure/sample/shop.js'

/** What is closed at the end of a walk, the last first. */
export interface Ends extends Lasting {
  readonly close: () => Promise<void>
}

export function makeEnds (): Ends {
  const ends: Array<() => unknown> = []
  return {
    teardown: (end) => { ends.push(end) },
    close: async () => { for (const end of ends.toReversed()) await end() },
  }
}

/** Longer than the walks move the clock ahead. */
const sign = makeSecretTokenSigner({ secret: JWT_SECRET, issuer: 'basvideo', audience: 'basvideo-api' }, 24 * 3_600_000)

export const SHOP: Shop = shopOf(1)

export interface Shopped extends TestService, Pick<SettableClock, 'advance'> {
  /** A token of a person, with a role if there is one. */
  readonly tokenOf: (userId: string, role?: string) => string
}

/** The clock of the machine, which the walk moves ahead. */
export function movedClock (): SettableClock {
  const { clock: ahead, advance } = settableClock('2026-01-01T00:00:00.000Z')
  const begin = Date.parse(ahead())
  return { clock: () => new Date(Date.parse(clock()) + Date.parse(ahead()) - begin).toISOString(), advance }
}

/** A service that listens, filled by the seed, whose clock the walk moves ahead. */
export async function startShop (ends: Lasting, { env = {}, replacements = {} }: ServiceOptions = {}): Promise<Shopped> {
  const moved = movedClock()
  const service = await startService(ends, {
    listen: true,
    env: { ORDERS: 'open', RECONCILE_PER_MINUTE: '0', TOKEN_ROLES: 'viewer,support,finance,admin', ...env },
    replacements: { clock: moved.clock, ...replacements },
  })
  const tokenOf = (userId: string, role?: string): string => sign({ sub: userId, role, email: `${userId}@shop.example`, email_verified: true })
  await fillShop(makeServiceClient({ url: service.url(), tokenOf }), SHOP)
  return { ...service, advance: moved.advance, tokenOf }
}
