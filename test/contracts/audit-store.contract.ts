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

  t.test('an entry of the audit log is replaced by one of the same id, and keeps its place', async (t) => {
    const { audit } = await open(t, makePersistence)
    const [begun, later] = [{ ...entry('aud_1', 1), outcome: null }, entry('aud_2', 2)]
    for (const one of [begun, later, { ...begun, outcome: 'not_found' }]) await audit.insert(one)
    t.same(await audit.list({ before: null, limit: 5 }), { items: [later, { ...begun, outcome: 'not_found' }], nextKey: null })
  })
}
