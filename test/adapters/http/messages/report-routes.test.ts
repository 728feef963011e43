import t from 'tap'
import { MemoryAuditStore } from '#adapters/memory/accounts/audit-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { adminToken, adminUser, as, startService, type ServiceOptions } from '../../../support/service.js'

const ada = as('ada')
const bora = as('bora')
const support = as('destek', { role: 'support' })
const viewer = as('izleyen', { role: 'viewer' })
const TEXT = 'parayı havale ile gönder'

async function reported (t: Parameters<typeof startService>[0], options: ServiceOptions = {}) {
  const service = await startService(t, { env: { TOKEN_ROLES: 'viewer,support,admin', LOG_LEVEL: 'trace' }, ...options })
  const send = async (message: string) => (await service.call('POST', '/api/messages', ada, { receiverId: 'bora', message })).body.messageId
  const [messageId, other] = [await send(TEXT), await send('aramızda kalsın')]
  const report = async (headers = bora, id = messageId) => await service.call('POST', `/api/messages/${id}/report`, headers, { reason: 'fraud' })
  return { ...service, messageId, other, report, look: async (id = messageId, headers = support) => await service.call('GET', `/api/admin/message-reports/${id}`, headers) }
}

t.test('a participant reports a message, and an operator sees it and no other one of the conversation', async (t) => {
  const { call, messageId, other, report, look } = await reported(t)
  t.match(await look(), { status: 404, body: { code: 'not_found' } }, 'before it is reported')
  t.match(await report(ada), { status: 403, body: { code: 'forbidden' } }, 'the sender')
  t.match(await report(as('ceren')), { status: 404, body: { code: 'not_found' } }, 'a third person')
  t.match(await report(), { status: 202, body: { ok: true } })
  t.match(await report(), { status: 202 }, 'a repeat')
  const { body, text } = await call('GET', '/api/admin/message-reports', support)
  t.match(body, { items: [{ messageId, senderId: 'ada', reporterId: 'bora', reason: 'fraud', state: 'open', resolution: null }], nextCursor: null })
  t.equal(body.items.length, 1)
  t.notMatch(text, 'havale', 'the list has no text')
  t.match(await look(), { status: 200, body: { messageId, text: TEXT, reason: 'fraud', sentAt: String } })
  const unreported = await look(other)
  t.match(unreported, { status: 404 })
  t.notMatch(unreported.text, 'aramızda')
})

t.test('each look is in the audit log before its answer, also one that finds no report', async (t) => {
  const { call, messageId, other, report, look } = await reported(t)
  await report()
  await look()
  await look(other)
  t.match(await look(messageId, viewer), { status: 403 })
  await call('GET', '/api/admin/message-reports', support)
  const { body: { items }, text } = await call('GET', '/api/admin/audit', adminUser)
  t.match(items, [
    { action: 'getMessageReport', actorId: 'izleyen', targetId: messageId, outcome: 'forbidden' },
    { action: 'getMessageReport', actorId: 'destek', targetId: other, outcome: 'not_found' },
    { action: 'getMessageReport', actorId: 'destek', targetId: messageId, outcome: 'done' },
  ])
  t.equal(items.length, 3, 'a list without texts is not recorded')
  t.notMatch(text, 'havale')
})

t.test('a look that cannot be recorded shows nothing', async (t) => {
  const stores = memoryStores()
  const audit = new MemoryAuditStore()
  const { report, look } = await reported(t, { replacements: { openedStores: { ...stores, audit: { insert: async () => { throw new Error('the disk is full') }, list: audit.list.bind(audit) } } } })
  await report()
  for (const headers of [support, adminToken]) {
    const { status, text } = await look(undefined, headers)
    t.equal(status, 500)
    t.notMatch(text, 'havale')
  }
})

t.test('a decision ends a report, with its note in the audit log alone', async (t) => {
  const { call, messageId, report } = await reported(t)
  await report()
  const resolve = async (decision: string, headers = support) => await call('POST', `/api/admin/message-reports/${messageId}/resolve`, headers, { decision, note: 'the account is suspended' })
  t.match(await resolve('uphold', viewer), { status: 403 })
  const answer = await resolve('uphold')
  t.match(answer, { status: 200, body: { messageId, state: 'resolved', resolution: { decision: 'uphold', by: 'destek', at: String } } })
  t.notMatch(answer.text, /havale|suspended/)
  t.match(await resolve('dismiss', adminToken), { status: 404, body: { code: 'not_found' } }, 'the first decision counts')
  t.same((await call('GET', '/api/admin/message-reports', support)).body.items, [])
  t.match((await call('GET', '/api/admin/message-reports?state=resolved', support)).body.items, [answer.body])
  const { body: { items } } = await call('GET', `/api/admin/audit?targetId=${messageId}`, adminUser)
  t.match(items.map(({ outcome, detail }) => [outcome, detail]), [
    ['not_found', { decision: 'dismiss' }], ['done', { decision: 'uphold', note: 'the account is suspended' }], ['forbidden', {}],
  ])
})

t.test('the lists of open and resolved reports have cursors of their own', async (t) => {
  const { call, other, report } = await reported(t)
  await report()
  await report(bora, other)
  const first = (await call('GET', '/api/admin/message-reports?limit=1', support)).body
  t.match(first, { items: [{ messageId: other }], nextCursor: String })
  t.equal((await call('GET', `/api/admin/message-reports?limit=1&cursor=${String(first.nextCursor)}`, support)).body.items.length, 1)
  t.match(await call('GET', `/api/admin/message-reports?state=resolved&cursor=${String(first.nextCursor)}`, support), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('no log has the text of a message, reported or looked at', async (t) => {
  const { logs, report, look } = await reported(t)
  await report()
  await look()
  t.ok(logs.length > 0)
  t.notMatch(logs.join('\n'), /havale|aramızda/)
})

t.test('what a person has reported is in their export, without who decided about it', async (t) => {
  const { call, messageId, report } = await reported(t)
  await report()
  await call('POST', `/api/admin/message-reports/${messageId}/resolve`, support, { decision: 'dismiss', note: 'an offer' })
  const records = async (headers = bora) => (await call('GET', '/api/users/me/export', headers)).text.split('\n').filter((line) => line.includes('"message_report"')).map((line) => JSON.parse(line) as { readonly data: object })
  const [record, ...others] = await records()
  t.same(others, [])
  t.match(record, { data: { messageId, reason: 'fraud', state: 'resolved', createdAt: String } })
  t.same(Object.keys(record?.data ?? {}), ['messageId', 'reason', 'createdAt', 'state'])
  t.same(await records(ada), [], 'the sender does not learn of it')
})
