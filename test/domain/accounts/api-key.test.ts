import t from 'tap'
import { hourToNote, isExpired, KEY_SCOPES, newApiKey } from '#domain/accounts/api-key.js'
import { SCOPES } from '#domain/accounts/permissions.js'
import { laterBy } from '#domain/time.js'

const NOW = '2026-11-30T13:25:10.123Z'
const IDS = { keyId: 'akey_1', digest: 'd', createdBy: null }
const DRAFT = { name: 'bookkeeping', scopes: ['export', 'read', 'read'], networks: [], expiresInDays: 2 } as const

t.test('a key has its scopes once each, and never those by which it could make other ways in', async (t) => {
  t.same(newApiKey(DRAFT, IDS, NOW), { ...IDS, name: 'bookkeeping', scopes: ['read', 'export'], networks: [], createdAt: NOW, expiresAt: '2026-12-02T13:25:10.123Z', lastUsedAt: null })
  t.same(newApiKey({ ...DRAFT, scopes: SCOPES }, IDS, NOW).scopes, KEY_SCOPES)
  t.same(SCOPES.filter((scope) => !KEY_SCOPES.includes(scope)), ['users', 'keys'])
})

t.test('a key ends at its expiry', async (t) => {
  const key = newApiKey(DRAFT, IDS, NOW)
  t.same([NOW, laterBy(key.expiresAt, -1), key.expiresAt].map((now) => isExpired(key, now)), [false, false, true])
})

t.test('the hour of a use is noted once', async (t) => {
  const key = newApiKey(DRAFT, IDS, NOW)
  t.equal(hourToNote(key, NOW), '2026-11-30T13:00:00.000Z')
  t.equal(hourToNote({ ...key, lastUsedAt: '2026-11-30T13:00:00.000Z' }, '2026-11-30T13:59:59.999Z'), null)
  t.equal(hourToNote({ ...key, lastUsedAt: '2026-11-30T13:00:00.000Z' }, '2026-11-30T14:00:00.000Z'), '2026-11-30T14:00:00.000Z')
  t.equal(hourToNote({ ...key, lastUsedAt: '2026-11-30T15:00:00.000Z' }, NOW), null, 'the clock of another node is ahead')
})
