import type { Test } from 'tap'
import { newApiKey, type ApiKey } from '#domain/accounts/api-key.js'
import { at, open, type MakePersistence } from './fixtures.js'

export function apiKey (keyId: string, fields: Partial<ApiKey> = {}): ApiKey {
  const draft = { name: 'bookkeeping', scopes: ['read', 'export'], networks: ['10.0.0.0/8'], expiresInDays: 30 } as const
  return { ...newApiKey(draft, { keyId, digest: `digest of ${keyId}`, createdBy: 'usr_ada' }, at(0)), ...fields }
}

export function apiKeyStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('API keys are listed newest first, at once, as they were stored', async (t) => {
    const { apiKeys } = await open(t, makePersistence)
    t.same(await apiKeys.list(), [])
    const [first, second] = [apiKey('akey_1'), apiKey('akey_2', { createdBy: null, networks: [], scopes: ['a_later_scope' as 'read'], lastUsedAt: at(3600) })]
    await apiKeys.insert(first)
    await apiKeys.insert(second)
    t.same(await apiKeys.list(), [second, first])
    await apiKeys.insert({ ...first, name: 'another' })
    t.same(await apiKeys.list(), [second, first], 'a repeat changes nothing')
  })

  t.test('the hour of the last use of an API key only moves forward', async (t) => {
    const { apiKeys } = await open(t, makePersistence)
    await apiKeys.insert(apiKey('akey_1'))
    const used = async () => (await apiKeys.list()).map(({ lastUsedAt }) => lastUsedAt)
    t.same(await used(), [null])
    for (const hour of [at(3600), at(0), at(7200), at(3600)]) await apiKeys.noteUse('akey_1', hour)
    t.same(await used(), [at(7200)])
    await apiKeys.noteUse('akey_none', at(7200))
    t.same(await used(), [at(7200)], 'a key that is gone does not come back')
  })

  t.test('a removed API key is gone, and of two that remove it one does', async (t) => {
    const { apiKeys } = await open(t, makePersistence)
    for (const keyId of ['akey_2', 'akey_1']) await apiKeys.insert(apiKey(keyId))
    t.same((await apiKeys.list()).map(({ keyId }) => keyId), ['akey_2', 'akey_1'], 'by their ids, which name their time')
    t.same((await Promise.all([apiKeys.remove('akey_1'), apiKeys.remove('akey_1')])).toSorted(), [false, true])
    t.same((await apiKeys.list()).map(({ keyId }) => keyId), ['akey_2'])
    t.equal(await apiKeys.remove('akey_none'), false)
  })
}
