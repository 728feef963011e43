import { API_KEYS_MAX, newApiKey, type ApiKey, type ApiKeyDraft } from '#domain/accounts/api-key.js'
import { actorIdOf, type Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import type { Clock, Identity } from '../ports/system.js'
import { digestOfKey, newKeyText } from './api-key-text.js'
import type { ApiKeyCheck } from './check-api-key.js'
import type { RequireStepUp } from './step-up.js'

export interface CreateApiKeyCommand {
  readonly caller: Caller
  readonly draft: ApiKeyDraft
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey
  /** The key itself, which is not stored. */
  readonly key: string
}

interface ApiKeyPorts {
  /** Has the keys, whose changes this process sees at once. */
  readonly apiKeyCheck: Pick<ApiKeyCheck, 'watched'>
  readonly requireStepUp: RequireStepUp
  readonly identity: Identity
  readonly clock: Clock
}

export type ApiKeyUseCases = ReturnType<typeof makeApiKeyUseCases>

export function makeApiKeyUseCases ({ apiKeyCheck: { watched: apiKeys }, requireStepUp, identity, clock }: ApiKeyPorts) {
  return {
    /** @throws forbidden for scopes that the caller does not have; step_up_required, api_key_limit_reached */
    createApiKey: async ({ caller, draft }: CreateApiKeyCommand): Promise<CreatedApiKey> => {
      const { scopes = [] } = caller
      if (!draft.scopes.every((scope) => scopes.includes(scope))) throw new DomainError('forbidden', 'no one gives scopes that they do not have')
      await requireStepUp(caller)
      if ((await apiKeys.list()).length >= API_KEYS_MAX) throw new DomainError('api_key_limit_reached', `there are ${API_KEYS_MAX} keys, with those that have expired`)
      const key = newKeyText(identity)
      const apiKey = newApiKey(draft, { keyId: identity.random('akey'), digest: digestOfKey(key, identity), createdBy: actorIdOf(caller) }, clock())
      await apiKeys.insert(apiKey)
      return { apiKey, key }
    },

    /** Newest first, expired ones too. */
    listApiKeys: async (): Promise<readonly ApiKey[]> => await apiKeys.list(),

    /** @throws step_up_required, not_found */
    revokeApiKey: async ({ caller, keyId }: { readonly caller: Caller, readonly keyId: string }): Promise<void> => {
      await requireStepUp(caller)
      if (!await apiKeys.remove(keyId)) throw new DomainError('not_found', 'there is no such key')
    },
  }
}
