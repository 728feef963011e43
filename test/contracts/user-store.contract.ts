import type { Test } from 'tap'
import { changedUser, newUser, tombstone, type User } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import { auditEntry } from '#domain/audit.js'
import { at, open, pageCount, pages, spoil, times, type MakePersistence } from './fixtures.js'

/** A user of version 0.1.0 whose address, which begins with the name, is unconfirmed. */
export function user (name: string, second = 0, userId = `usr_${name}`): User {
  const verification = { digest: `digest of ${userId}`, expiresAt: at(60) }
  return { ...newUser({ email: `${name}@example.com`, name, locale: 'tr', passwordHash: `hash of ${userId}` }, userId, at(second)), emailVerified: false, verification }
}

const renamed = (word: string) => (before: User) => changedUser(before, { name: `${before.name}${word}` }, at(1))

export function userStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a user is found by id and by address as stored', async (t) => {
    const { users } = await open(t, makePersistence)
    t.same([await users.find('usr_ada'), await users.findByEmail('ada@example.com')], [null, null])
    const ada = user('ada')
    t.same(await users.insert(ada), { inserted: true, stored: ada })
    t.same([await users.find('usr_ada'), await users.findByEmail('ada@example.com')], [ada, ada])
    const found = await users.findByEmail('ada@example.com')
    spoil(found ?? {})
    t.same(await users.findByEmail('ada@example.com'), ada)
  })

  t.test('an address has one user, however many register at once', async (t) => {
    const { users } = await open(t, makePersistence)
    const insertions = await times(20, async (index) => await users.insert(user('ada', 0, `usr_${index}`)))
    const [winner, ...others] = insertions.filter(({ inserted }) => inserted)
    t.same(others, [])
    t.ok(insertions.every(({ stored }) => stored.userId === winner?.stored.userId))
    t.same(await users.findByEmail('ada@example.com'), winner?.stored)
    t.same(await users.insert(user('ada', 0, winner?.stored.userId)), { inserted: true, stored: winner?.stored }, 'the same call again')
  })

  t.test('changes at once all take effect, one version each', async (t) => {
    const { users } = await open(t, makePersistence)
    await users.insert(user('ada'))
    const results = await times(20, async () => await users.update('ada@example.com', renamed('!')))
    t.same(results.map(({ version }) => version).toSorted((one, other) => one - other), Array.from({ length: 20 }, (_, index) => index + 2))
    t.match(await users.find('usr_ada'), { name: `ada${'!'.repeat(20)}`, version: 21, updatedAt: at(1) })
  })

  t.test('every field is kept, and one that becomes null is null', async (t) => {
    const { users } = await open(t, makePersistence)
    const ada = user('ada')
    await users.insert(ada)
    const fields = { emailVerified: true, phone: '+905321234567', confirmedPhone: '+905321234567', phoneCode: { phone: '+905321234568', digest: 'c', expiresAt: at(9), tries: 2 }, name: 'Ada', locale: 'en', role: 'admin', status: 'suspended', passwordHash: null, epoch: 7, verification: null, reset: { digest: 'd', expiresAt: at(9) }, earlierResets: [{ digest: 'e', expiresAt: at(8), epoch: 7 }], emailChange: { email: 'next@example.com', digest: 'f', expiresAt: at(8), epoch: 7 }, formerEmails: ['before@example.com'], secondFactor: { sealed: 's', onSince: at(1), lastStep: 58_000_000, recoveryDigests: ['g', 'h'] } } as const
    const changed = await users.update(ada.email, (before) => changedUser(before, fields, at(2)))
    t.same(changed, { ...ada, ...fields, updatedAt: at(2), version: 2 })
    t.same(await users.findByEmail(ada.email), changed)
    t.same(await users.update(ada.email, (before) => changedUser(before, { phone: null, phoneCode: null, reset: null, earlierResets: [], emailChange: null, secondFactor: null }, at(3))), { ...changed, phone: null, phoneCode: null, reset: null, earlierResets: [], emailChange: null, secondFactor: null, updatedAt: at(3), version: 3 })
    t.match(await users.find('usr_ada'), { phone: null, reset: null })
  })

  t.test('a change that refuses, or changes nothing, writes nothing, and an unknown address has no user', async (t) => {
    const { users, audit } = await open(t, makePersistence)
    const ada = user('ada')
    await users.insert(ada)
    const line = () => auditEntry({ caller: { userId: null, admin: true }, requestId: 'r' }, { action: 'a', targetId: null, detail: {}, outcome: 'done' }, 'aud_1', at(0))
    await t.rejects(users.update(ada.email, () => { throw new DomainError('invalid_link', 'no') }, line), { code: 'invalid_link' })
    t.same(await users.update(ada.email, (before) => before, line), ada)
    t.same(await users.findByEmail(ada.email), ada)
    t.same((await audit.list({ before: null, limit: 10 })).items, [])
    await t.rejects(users.update('nobody@example.com', renamed('!')), { code: 'not_found' })
  })

  t.test('a deleted user leaves only the id, and the address is free', async (t) => {
    const { users } = await open(t, makePersistence)
    const ada = user('ada')
    await users.insert(ada)
    const gone = await users.update(ada.email, (before) => tombstone(before, at(5)))
    t.match(gone, { userId: 'usr_ada', email: 'deleted#usr_ada', name: '', status: 'deleted', passwordHash: null, epoch: 1, version: 2 })
    t.same(await users.find('usr_ada'), gone)
    t.equal(await users.findByEmail(ada.email), null)
    await t.rejects(users.update(ada.email, renamed('!')), { code: 'not_found' })
    const next = user('ada', 6, 'usr_next')
    t.same(await users.insert(next), { inserted: true, stored: next })
    t.same([(await users.find('usr_next'))?.email, (await users.find('usr_ada'))?.status], ['ada@example.com', 'deleted'])
    t.same((await pages(users.list.bind(users), 10)).flat().map(({ userId }) => userId), ['usr_next', 'usr_ada'])
  })

  t.test('a user moves to an address that is free, and to no other', async (t) => {
    const { users, audit } = await open(t, makePersistence)
    await users.insert(user('ada'))
    await users.insert(user('bora'))
    const moved = (email: string) => (before: User) => changedUser(before, { email }, at(1))
    const line = () => auditEntry({ caller: { userId: null, admin: true }, requestId: 'r' }, { action: 'a', targetId: null, detail: {}, outcome: 'done' }, 'aud_1', at(0))
    await t.rejects(users.update('ada@example.com', moved('bora@example.com'), line), { code: 'email_taken' })
    t.same([await users.findByEmail('ada@example.com'), await users.findByEmail('bora@example.com')], [user('ada'), user('bora')])
    t.same((await audit.list({ before: null, limit: 10 })).items, [])
    const after = await users.update('ada@example.com', moved('ada@home.example'))
    t.same([await users.find('usr_ada'), await users.findByEmail('ada@home.example'), await users.findByEmail('ada@example.com')], [after, after, null])
    t.same((await pages(users.list.bind(users), 10)).flat().map(({ email }) => email).toSorted(), ['ada@home.example', 'bora@example.com'])
  })

  t.test('of a deletion and changes at once none is lost and none comes after the end', async (t) => {
    const { users } = await open(t, makePersistence)
    await users.insert(user('ada'))
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, async (_, index) =>
      await users.update('ada@example.com', index === 5 ? (before) => tombstone(before, at(5)) : renamed('!'))))
    const done = outcomes.filter(({ status }) => status === 'fulfilled').length
    t.match(await users.find('usr_ada'), { status: 'deleted', name: '', version: done + 1 })
  })

  t.test('all users are listed, newest first, page by page', async (t) => {
    const { users } = await open(t, makePersistence)
    t.same(await users.list({ before: null, limit: 5 }), { items: [], nextKey: null })
    await times(7, async (index) => await users.insert(user(`u${index}`, index)))
    for (const limit of [1, 2, 3, 7, 8]) {
      const found = await pages(users.list.bind(users), limit)
      t.equal(found.length, pageCount(7, limit))
      t.same(found.flat().map(({ name }) => name), ['u6', 'u5', 'u4', 'u3', 'u2', 'u1', 'u0'])
    }
  })

  t.test('the entry of the audit log is written with the change, once', async (t) => {
    const { users, audit } = await open(t, makePersistence)
    await users.insert(user('ada'))
    await times(5, async (index) => await users.update('ada@example.com', renamed('!'), (before, after) =>
      auditEntry({ caller: { userId: 'usr_boss', admin: true }, requestId: `r${index}` }, { action: 'rename', targetId: after.userId, detail: { from: before.version, to: after.version }, outcome: 'done' }, `aud_${index}`, at(index))))
    const { items } = await audit.list({ before: null, limit: 10 })
    t.same(items.map(({ auditId }) => auditId), ['aud_4', 'aud_3', 'aud_2', 'aud_1', 'aud_0'])
    t.same(items.map(({ detail }) => detail).toSorted((one, other) => Number(one['from']) - Number(other['from'])), Array.from({ length: 5 }, (_, index) => ({ from: index + 1, to: index + 2 })))
    t.match(items[0], { action: 'rename', actorId: 'usr_boss', targetId: 'usr_ada', requestId: 'r4', createdAt: at(4) })
  })
}
