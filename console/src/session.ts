import { computed, signal } from '@preact/signals'
import { call } from './api.js'
import { challenge, isSame } from './challenge.js'
import { asProblem, type Problem } from './problem.js'

export interface Session {
  readonly userId?: string
  readonly role?: string
  readonly scopes: readonly string[]
  readonly isSharedToken: boolean
  readonly expiresAt: string
  readonly hasSecondFactor: boolean
  readonly steppedUpUntil?: string
}

export interface Settings {
  /** `local`: accounts of our own. The others take a token. */
  readonly authMode: string
  readonly isDevelopment: boolean
}

export type Credentials = { readonly email: string, readonly password: string, readonly code?: string } | { readonly token: string } | { readonly link: string }

const SESSION = '/api/console/session'

/** Undefined until the service has said who is here; null where it is no one. */
export const session = signal<Session | null | undefined>(undefined)
export const settings = signal<Settings | null>(null)
/** Why it is not known who is here. */
export const startProblem = signal<Problem | null>(null)

export const scopes = computed<ReadonlySet<string>>(() => new Set(session.value?.scopes))

/** Whether the person may do what needs this scope. */
export function may (scope: string): boolean {
  return scopes.value.has(scope)
}

/** Finds out how people sign in here, and whether one has. `link`: the one-time code of the address, which is spent by this. */
export async function start (link: string | null): Promise<void> {
  startProblem.value = null
  try {
    settings.value = await call<Settings>('GET', '/api/console/settings', { isAsking: false })
    session.value = await (link === null ? current() : call<Session>('POST', SESSION, { body: { link }, isAsking: false }).catch(current))
  } catch (error) {
    startProblem.value = asProblem(error)
  }
}

async function current (): Promise<Session | null> {
  try {
    return await call<Session>('GET', SESSION, { isAsking: false })
  } catch (error) {
    if (asProblem(error).status === 401) return null
    throw error
  }
}

/** Signs in. What waited for it goes on if the same person came back; another person begins anew. @throws Problem, `second_factor_required` without a code */
export async function signIn (credentials: Credentials): Promise<void> {
  const before = session.peek()
  const now = await call<Session>('POST', SESSION, { body: credentials, isAsking: false })
  session.value = now
  challenge.peek()?.settle(isSame(before, now))
}

/** Signs out, also where the service no longer knows the session. @throws Problem */
export async function signOut (): Promise<void> {
  await call('DELETE', SESSION, { isAsking: false }).catch((error: unknown) => {
    if (asProblem(error).status !== 401) throw error
  })
  session.value = null
}

/** Shows the second factor once more, for ten minutes. @throws Problem */
export async function stepUp (code: string): Promise<void> {
  await call('POST', '/api/auth/step-up', { body: { code }, isAsking: false })
  challenge.peek()?.settle(true)
}
