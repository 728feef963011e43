import type { Test } from 'tap'
import { auditEntry, type AuditEntry } from '#domain/audit.js'
import { at, open, pageCount, pages, spoil, times, type MakePersistence } from './fixtures.js'

export function entry (auditId: string, second: number, userId: string | null = 'usr_boss'): AuditEntry {
  return auditEntry({ caller: { userId, admin: true }, requestId: `request of ${auditId}` }, { action: 'act', outcome: 'done', targetId: userId, detail: { a: [1, { b: 'c' }] } }, auditId, at(second))
}

export function auditStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('entries of the audit log are kept as they are, newest first', async (t) => {
    const { audit } = await open(t, makePersistence)
    t.same(await audit.list({ before: null, limit: 5 }), { items: [], nextKey: null })
    const entries = Array.from({ length: 7 }, (_, index) => entry(`aud_${index}`, index, index === 3 ? null : 'usr_boss'))
    await times(7, async (index) => { await audit.insert(entries[index] ?? entry('none', 0)) })
    spoil((await audit.list({ before: null, limit: 1 })).items[0] ?? {})
    for (const limit of [1, 3, 7, 8]) {
      const found = await pages(audit.list.bind(audit), limit)
      t.equal(found.length, pageCount(7, limit))
      t.same(found.flat(), entries.toReversed())
    }
  })

  t.test('the entries of one actor, or on one target, are listed in their order', async (t) => {
    const { audit } = await open(t, makePersistence)
    const made = (index: number): AuditEntry => ({ ...entry(`aud_${index}`, index, index % 3 === 0 ? null : `usr_${index % 3}`), targetId: index % 2 === 0 ? null : `pay_${index % 4}` })
    const entries = Array.from({ length: 12 }, (_, index) => made(index))
    await times(12, async (index) => { await audit.insert(made(index)) })
    const newest = entries.toReversed()
    for (const limit of [1, 3, 12]) {
      for (const id of ['usr_1', 'usr_2', 'usr_none']) {
        t.same((await pages(async (page) => await audit.list(page, { end: 'actorId', id }), limit)).flat(), newest.filter(({ actorId }) => actorId === id), `${id} ${limit}`)
      }
      for (const id of ['pay_1', 'pay_3', 'usr_1']) {
        t.same((await pages(async (page) => await audit.list(page, { end: 'targetId', id }), limit)).flat(), newest.filter(({ targetId }) => targetId === id), `${id} ${limit}`)
      }
    }
    await audit.insert({ ...made(1), outcome: 'not_found' })
    t.match((await audit.list({ before: null, limit: 20 }, { end: 'targetId', id: 'pay_1' })).items.at(-1), { auditId: 'aud_1', outcome: 'not_found' }, 'a replaced one too')
    t.same(await audit.list({ before: null, limit: 20 }), { items: [...newest.slice(0, -2), { ...made(1), outcome: 'not_found' }, made(0)], nextKey: null }, 'and what a list needs is not shown')
  })

  t.test('an entry of the audit log is replaced by one of the same id, and keeps its place', async (t) => {
    const { audit } = await open(t, makePersistence)
    const [begun, later] = [{ ...entry('aud_1', 1), outcome: null }, entry('aud_2', 2)]
    for (const one of [begun, later, { ...begun, outcome: 'not_found' }]) await audit.insert(one)
    t.same(await audit.list({ before: null, limit: 5 }), { items: [later, { ...begun, outcome: 'not_found' }], nextKey: null })
  })
}
