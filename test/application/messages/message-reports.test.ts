import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeMessageReports } from '#application/messages/message-reports.js'
import { DomainError } from '#domain/errors.js'
import { at, message } from '../../contracts/fixtures.js'
import { settableClock, START } from '../../support/builders.js'

const ALL = { before: null, limit: 10 }
const OPERATOR = { userId: 'ada', admin: true }

async function reporting () {
  const stores = memoryStores()
  const time = settableClock()
  await stores.messages.insert(message('msg_1', { message: 'al bunu' }))
  await stores.messages.insert(message('msg_2', { message: 'gizli' }))
  const useCases = makeMessageReports({ ...stores, clock: time.clock })
  return { ...stores, ...useCases, time, report: async (messageId = 'msg_1', userId = 'mehmet') => { await useCases.reportMessage({ userId, messageId, reason: 'spam' }) } }
}

t.test('a participant reports a message that they received, once', async (t) => {
  const { report, reportMessage, listMessageReports, time } = await reporting()
  await report()
  time.advance(1_000)
  await reportMessage({ userId: 'mehmet', messageId: 'msg_1', reason: 'abuse' })
  t.strictSame(await listMessageReports('open', ALL), {
    items: [{ messageId: 'msg_1', senderId: 'ayse', reporterId: 'mehmet', reason: 'spam', createdAt: START, state: 'open', resolution: null, version: 1 }], nextKey: null,
  })
  await t.rejects(report('msg_1', 'ayse'), { code: 'forbidden' })
  await t.rejects(report('msg_1', 'ceren'), { code: 'not_found' })
  await t.rejects(report('msg_none'), { code: 'not_found' })
})

t.test('a reported message shows its text, and another message of the conversation shows nothing', async (t) => {
  const { report, getMessageReport } = await reporting()
  await t.rejects(getMessageReport('msg_1'), { code: 'not_found' }, 'a message without a report')
  await report()
  t.match(await getMessageReport('msg_1'), { messageId: 'msg_1', text: 'al bunu', sentAt: at(0), state: 'open' })
  await t.rejects(getMessageReport('msg_2'), { code: 'not_found' })
})

t.test('the report of a message that is gone says so, and is decided all the same', async (t) => {
  const { report, messages, messageReports, time } = await reporting()
  await report()
  const { getMessageReport, resolveMessageReport } = makeMessageReports({ messages: { ...messages, find: async () => null }, messageReports, clock: time.clock })
  t.match(await getMessageReport('msg_1'), { messageId: 'msg_1', text: null, sentAt: null })
  t.match(await resolveMessageReport({ caller: OPERATOR, messageId: 'msg_1', decision: 'dismiss' }), { state: 'resolved' })
})

t.test('a decision is kept with who made it and when', async (t) => {
  const { report, resolveMessageReport, listMessageReports, time } = await reporting()
  await t.rejects(resolveMessageReport({ caller: OPERATOR, messageId: 'msg_1', decision: 'dismiss' }), { code: 'not_found' })
  await report()
  time.advance(1_000)
  const resolved = await resolveMessageReport({ caller: OPERATOR, messageId: 'msg_1', decision: 'uphold' })
  t.strictSame(resolved.resolution, { decision: 'uphold', by: 'ada', at: time.clock() })
  t.strictSame((await listMessageReports('open', ALL)).items, [])
  t.strictSame((await listMessageReports('resolved', ALL)).items, [resolved])
  await t.rejects(resolveMessageReport({ caller: OPERATOR, messageId: 'msg_1', decision: 'dismiss' }), { code: 'not_found' }, 'the first decision stays')
  await t.rejects(resolveMessageReport({ caller: { userId: 'other', admin: true }, messageId: 'msg_1', decision: 'uphold' }), { code: 'not_found' }, 'and it stays that of one person')
  time.advance(1_000)
  t.strictSame(await resolveMessageReport({ caller: OPERATOR, messageId: 'msg_1', decision: 'uphold' }), resolved, 'a repeat is answered as the first time')
  await report()
  t.strictSame((await listMessageReports('open', ALL)).items, [], 'a message that was decided about is not reported again')
})

t.test('of decisions at once the first counts, and the others learn that nothing waits', async (t) => {
  const { report, resolveMessageReport, messageReports } = await reporting()
  await report()
  const decisions = ['uphold', 'dismiss', 'uphold'] as const
  const results = await Promise.allSettled(decisions.map(async (decision, index) => await resolveMessageReport({ caller: { userId: `operator_${index}`, admin: true }, messageId: 'msg_1', decision })))
  const [won, ...others] = results.filter(({ status }) => status === 'fulfilled')
  t.strictSame(others, [])
  t.strictSame(await messageReports.find('msg_1'), (won as PromiseFulfilledResult<unknown>).value)
  t.strictSame(results.filter(({ status }) => status === 'rejected').map((result) => ((result as PromiseRejectedResult).reason as DomainError).code), ['not_found', 'not_found'])
})
