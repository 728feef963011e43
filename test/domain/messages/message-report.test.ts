import t from 'tap'
import { messageReportKey, newMessageReport, resolvedReport } from '#domain/messages/message-report.js'
import { at, message } from '../../contracts/fixtures.js'

t.test('the receiver alone reports a message, and the report holds nothing that they wrote', async (t) => {
  const sent = message('msg_1', { message: 'gizli' })
  t.strictSame(newMessageReport(sent, 'mehmet', 'abuse', at(1)), {
    messageId: 'msg_1', senderId: 'ayse', reporterId: 'mehmet', reason: 'abuse', createdAt: at(1), state: 'open', resolution: null, version: 1,
  })
  t.throws(() => newMessageReport(sent, 'ayse', 'abuse', at(1)), { code: 'forbidden' })
  t.throws(() => newMessageReport(sent, 'ceren', 'abuse', at(1)), { code: 'not_found' })
  t.throws(() => newMessageReport(null, 'mehmet', 'abuse', at(1)), { code: 'not_found' })
})

t.test('an open report is decided once', async (t) => {
  const report = newMessageReport(message('msg_1'), 'mehmet', 'abuse', at(1))
  const resolution = { decision: 'dismiss', by: 'ada', at: at(2) } as const
  const resolved = resolvedReport(report, resolution)
  t.strictSame(resolved, { ...report, state: 'resolved', resolution, version: 2 })
  t.equal(messageReportKey(resolved), messageReportKey(report), 'it keeps its place')
  t.throws(() => resolvedReport(resolved, { ...resolution, decision: 'uphold' }), { code: 'not_found' })
})
