import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from '@sinclair/typebox'
import { KEY_DAYS_MAX, KEY_NAME_MAX_CHARACTERS, KEY_NETWORKS_MAX, KEY_SCOPES, type ApiKey as ApiKeyEntity } from '#domain/accounts/api-key.js'
import { SCOPES } from '#domain/accounts/permissions.js'
import { SHOWN } from '#domain/text.js'
import type { ApiKeyUseCases } from '#application/accounts/api-keys.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { Done, DONE, EntityId, known, nullable, oneOf, ref, strict, Timestamp } from '../shared/schemas.js'

const FIELDS = {
  keyId: Type.String({ description: 'Names the key, and lets no one in' }),
  name: Type.String(),
  scopes: Type.Array(known(SCOPES, 'show it as it is')),
  networks: Type.Array(Type.String(), { description: 'From where it is accepted; empty: from anywhere' }),
  createdBy: nullable(Type.String({ description: 'Who made it; null for the shared token' })),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  lastUsedAt: nullable(Type.String({ description: 'The beginning of the hour of its last use; null before the first' })),
}

const exampleKey = {
  keyId: 'akey_0193a5c2-7d1e-7c3a-9f55-2b6f3c1a9e10',
  name: 'bookkeeping',
  scopes: ['read' as const, 'export' as const],
  networks: ['10.20.0.0/16'],
  createdBy: 'usr_0193a5c2-7d1e-7c3a-9f55-2b6f3c1a9e10',
  createdAt: '2026-11-30T13:00:00.000Z',
  expiresAt: '2027-02-28T13:00:00.000Z',
  lastUsedAt: null,
}

export const ApiKey = Type.Object(FIELDS, { $id: 'ApiKey', examples: [{ ...exampleKey, lastUsedAt: '2026-12-01T09:00:00.000Z' }] })

export const CreatedApiKey = Type.Object({
  ...FIELDS,
  key: Type.String({ description: 'The key, which is shown this once. Sent as `Authorization: Bearer`' }),
}, { $id: 'CreatedApiKey', examples: [{ ...exampleKey, key: 'key_fJ3kq0l1Yw8vQ5mB7nXr2TzA9cDe6HgUoPiSaLkEjM4d41d8cd9' }] })

export const ApiKeyList = Type.Object({ items: Type.Array(ref(ApiKey)) }, { $id: 'ApiKeyList', examples: [{ items: [exampleKey] }] })

export const CreateApiKeyBody = Type.Object({
  name: Type.String({ pattern: `^(?=.*${SHOWN})[^\\p{C}]{1,${KEY_NAME_MAX_CHARACTERS}}$`, description: `What the key is for: 1 to ${KEY_NAME_MAX_CHARACTERS} characters, of which one can be seen. The audit log has it` }),
  scopes: Type.Array(oneOf(KEY_SCOPES), { minItems: 1, maxItems: KEY_SCOPES.length, description: 'What the key may do, of what the caller may do' }),
  networks: Type.Optional(Type.Array(Type.String({ format: 'network', maxLength: 49, description: 'An address, or a network such as 10.20.0.0/16' }), {
    maxItems: KEY_NETWORKS_MAX, description: 'From where the key is accepted; without it from anywhere',
  })),
  expiresInDays: Type.Integer({ minimum: 1, maximum: KEY_DAYS_MAX }),
}, { $id: 'CreateApiKeyBody', ...strict, examples: [{ name: 'bookkeeping', scopes: ['read', 'export'], networks: ['10.20.0.0/16'], expiresInDays: 90 }] })

/** Keys of services, in place of the one shared token. */
export const apiKeyRoutes: FastifyPluginAsyncTypebox<ApiKeyUseCases> = async (app, { createApiKey, listApiKeys, revokeApiKey }) => {
  app.post('/api/admin/api-keys', {
    config: { policy: 'admin', scope: 'keys', audit: 'with-the-body', refuses: ['step_up_required', 'api_key_limit_reached'] },
    schema: {
      ...describe('createApiKey', 'Back office', 'Make an API key for a service. The answer alone shows the key'),
      body: ref(CreateApiKeyBody),
      response: { 201: ref(CreatedApiKey) },
    },
  }, async (request, reply) => {
    const { networks = [], ...draft } = request.body
    const { apiKey, key } = await createApiKey({ caller: callerOf(request), draft: { ...draft, networks } })
    return await reply.code(201).send({ ...keyView(apiKey), key })
  })

  app.get('/api/admin/api-keys', {
    config: { policy: 'admin', scope: 'keys' },
    schema: { ...describe('listApiKeys', 'Back office', 'List all API keys, newest first, expired ones too'), response: { 200: ref(ApiKeyList) } },
  }, async () => ({ items: (await listApiKeys()).map(keyView) }))

  app.delete('/api/admin/api-keys/:keyId', {
    config: { policy: 'admin', scope: 'keys', refuses: ['step_up_required', 'not_found'] },
    schema: {
      ...describe('revokeApiKey', 'Back office', 'End an API key: at once on the node that answers, and within 30 seconds on the others'),
      params: Type.Object({ keyId: EntityId }),
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await revokeApiKey({ caller: callerOf(request), keyId: request.params.keyId })
    return DONE
  })
}

function keyView ({ keyId, name, scopes, networks, createdBy, createdAt, expiresAt, lastUsedAt }: ApiKeyEntity): Static<typeof ApiKey> {
  return { keyId, name, scopes: [...scopes], networks: [...networks], createdBy, createdAt, expiresAt, lastUsedAt }
}
