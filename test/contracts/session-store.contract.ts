import type { Test } from 'tap'
import { newConsoleSession, usedAt } from '#domain/accounts/console-session.js'
import { newSession, rotated, steppedUp, type Session } from '#domain/accounts/session.js'
import { at, open, pageCount, pages, spoil, times, type MakePersistence } from './fixtures.js'
import { user } from './user-store.contract.js'

export function session (sessionId: string, second = 0, name = 'ada', device: string | null = 'Firefox'): Session {
  return newSession(user(name), { sessionId, device, familyDigest: `family of ${sessionId}`, tokenDigest: `first of ${sessionId}` }, at(second))
}

export function sessionStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a session is found as it was stored, until it is removed', async (t) => {
    const { sessions } = await open(t, makePersistence)
    t.equal(await sessions.find('ses_1'), null)
    const [one, nameless] = [session('ses_1'), session('ses_2', 0, 'ada', null)]
    await Promise.all([sessions.insert(one), sessions.insert(nameless)])
    spoil(await sessions.find('ses_1') ?? {})
    t.same([await sessions.find('ses_1'), await sessions.find('ses_2')], [one, nameless])
    await sessions.remove('ses_1')
    await sessions.remove('ses_1')
    t.equal(await sessions.find('ses_1'), null)
    t.same((await sessions.listOfUser('usr_ada', { before: null, limit: 10 })).items, [nameless])
  })

  t.test('a session of the console is found as it was stored, and as it was used', async (t) => {
    const { sessions } = await open(t, makePersistence)
    const begun = { device: null, until: null, hasSecondFactor: true, user: user('ada') }
    const own = newConsoleSession({ ...begun, sessionId: 'con_1', granted: { scopes: null, role: null, sharedToken: null } }, at(0))
    const exchanged = newConsoleSession({ ...begun, sessionId: 'con_2', granted: { scopes: ['read'], role: 'viewer', sharedToken: null } }, at(1))
    const shared = newConsoleSession({ ...begun, sessionId: 'con_3', user: null, granted: { scopes: null, role: null, sharedToken: 'adm_1' } }, at(2))
    for (const one of [own, exchanged, shared]) await sessions.insert(one)
    t.same([await sessions.find('con_1'), await sessions.find('con_2'), await sessions.find('con_3')], [own, exchanged, shared])
    t.equal(await sessions.replace(own, usedAt(own, at(60))), true)
    t.same(await sessions.find('con_1'), usedAt(own, at(60)))
    t.same((await sessions.listOfUser('usr_ada', { before: null, limit: 10 })).items.map(({ sessionId }) => sessionId), ['con_2', 'con_1'], 'the shared token is no one\'s')
  })

  t.test('of many who replace the same token one does', async (t) => {
    const { sessions } = await open(t, makePersistence)
    const before = session('ses_1')
    await sessions.insert(before)
    const results = await times(20, async (index) => await sessions.replace(before, rotated(before, `next ${index}`, at(index))))
    t.equal(results.filter(Boolean).length, 1)
    const after = rotated(before, `next ${results.indexOf(true)}`, at(results.indexOf(true)))
    t.same(await sessions.find('ses_1'), after)
    t.equal(await sessions.replace(before, rotated(before, 'late', at(1))), false)
    await sessions.remove('ses_1')
    t.equal(await sessions.replace(after, rotated(after, 'too late', at(1))), false, 'a removed one does not come back')
    t.equal(await sessions.find('ses_1'), null)
  })

  t.test('changes of different fields at once all take effect', async (t) => {
    const { sessions } = await open(t, makePersistence)
    const before = { ...session('ses_1'), hasSecondFactor: true }
    await sessions.insert(before)
    t.ok(await sessions.replace(before, steppedUp(before, at(1))))
    t.ok(await sessions.replace(before, rotated(before, 'next', at(2))), 'by one who does not know of the first change')
    const both = steppedUp(rotated(before, 'next', at(2)), at(1))
    t.same(await sessions.find('ses_1'), both)
    t.equal(await sessions.replace(before, steppedUp(before, at(3))), false, 'the token is another one')
    t.ok(await sessions.replace(both, both), 'and no change at all is none')
    t.same(await sessions.find('ses_1'), both)
  })

  t.test('the list of a user\'s sessions holds these and no other, newest first', async (t) => {
    const { sessions } = await open(t, makePersistence)
    await times(5, async (index) => { await sessions.insert(session(`ses_${index}`, index)) })
    await sessions.insert(session('ses_other', 2, 'bora'))
    for (const limit of [1, 2, 5, 6]) {
      const found = await pages(async (page) => await sessions.listOfUser('usr_ada', page), limit)
      t.equal(found.length, pageCount(5, limit))
      t.same(found.flat().map(({ sessionId }) => sessionId), ['ses_4', 'ses_3', 'ses_2', 'ses_1', 'ses_0'])
    }
    t.same(await sessions.listOfUser('usr_nobody', { before: null, limit: 10 }), { items: [], nextKey: null })
  })
}
