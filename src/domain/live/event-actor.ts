import type { Caller } from '../accounts/session.js'

/** Who can bring an event about. `service`: the service itself, as time passes. */
export const EVENT_ACTOR_KINDS = ['user', 'admin', 'key', 'provider', 'service'] as const

/** Who brought an event about. Administrators alone learn of it. */
export interface EventActor {
  readonly kind: typeof EVENT_ACTOR_KINDS[number]
  /** Of the user, the administrator or the API key; null for the shared token, and for who is no person. */
  readonly id: string | null
}

export const BY_PROVIDER: EventActor = { kind: 'provider', id: null }
export const BY_SERVICE: EventActor = { kind: 'service', id: null }

export function actorOf ({ userId, apiKeyId, admin }: Pick<Caller, 'userId' | 'apiKeyId' | 'admin'>): EventActor {
  if (apiKeyId !== undefined) return { kind: 'key', id: apiKeyId }
  return { kind: admin ? 'admin' : 'user', id: userId }
}
