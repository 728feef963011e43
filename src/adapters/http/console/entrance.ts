import type { Static } from '@sinclair/typebox'
import type { ConsoleUseCases, Entrant } from '#application/accounts/console-sessions.js'
import type { Throttle } from '#application/accounts/throttle.js'
import type { AccountUseCases } from '#application/accounts/use-cases.js'
import type { PersonOf } from '../guards/bearer.js'
import type { EnterConsoleBody } from './schemas.js'

export interface EntranceOptions {
  readonly useCases: ConsoleUseCases
  /** Null where another issuer knows the users. */
  readonly identifyUser: AccountUseCases['identifyUser'] | null
  readonly throttle: Pick<Throttle, 'entry'>
  readonly isAdminToken: (token: string) => boolean
  /** Null where people enter by their passwords. */
  readonly personOf: PersonOf | null
  /** Whom a link lets in, whose code we have made and which is not too old; null for every other. */
  readonly readLink: (code: string) => LinkEntrant | null
}

export type LinkEntrant = Extract<Entrant, { readonly by: 'token' | 'link' }> & { readonly until: string }

type Body = Static<typeof EnterConsoleBody>

export type EntrantOf = (body: Body, ip: string) => Promise<Entrant | null>

/** Finds who wants to enter; null for whom nothing lets in. It counts each try. @throws invalid_credentials, too_many_attempts, busy, keys_unavailable */
export function makeEntrantOf ({ useCases: { spendLink }, identifyUser, throttle, isAdminToken, personOf, readLink }: EntranceOptions): EntrantOf {
  async function byPassword (credentials: Parameters<AccountUseCases['identifyUser']>[0]): Promise<Entrant | null> {
    return identifyUser === null ? null : { by: 'password', user: await identifyUser(credentials) }
  }

  async function byToken (token: string): Promise<Entrant | null> {
    if (isAdminToken(token)) return { by: 'shared_token', token }
    const person = await personOf?.(token) ?? null
    if (person === null || person.who.userId === null) return null
    const { who: { userId }, role, scopes, until } = person
    return { by: 'token', userId, role, scopes, until }
  }

  async function byLink (code: string): Promise<Entrant | null> {
    const entrant = readLink(code)
    if (entrant === null || !await spendLink(code, entrant.until)) return null
    return { ...entrant, until: null }
  }

  async function bySecret ({ token, link }: Body, ip: string): Promise<Entrant | null> {
    const attempt = await throttle.entry(ip)
    const entrant = token !== undefined ? await byToken(token) : link !== undefined ? await byLink(link) : null
    if (entrant !== null) await attempt.succeeded()
    return entrant
  }

  return async (body, ip) => {
    const { email, password, code = null, token, link } = body
    // Who sends two of them believes that both count.
    if ([email ?? password ?? code ?? undefined, token, link].filter((one) => one !== undefined).length > 1) return null
    return email !== undefined && password !== undefined ? await byPassword({ email, password, code, ip }) : await bySecret(body, ip)
  }
}
