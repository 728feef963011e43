import type { Test } from 'tap'
import { newMessageReport, resolvedReport, type MessageReport } from '#domain/messages/message-report.js'
import { at, message, open, pages, type MakePersistence } from './fixtures.js'

/** A report by mehmet of a message of ayse. */
export function report (messageId: string, seconds = 0): MessageReport {
  return newMessageReport(message(messageId), 'mehmet', 'spam', at(seconds))
}

/** The report after a decision of ada. */
export function resolved (before: MessageReport, seconds = 100): MessageReport {
  return resolvedReport(before, { decision: 'uphold', by: 'ada', at: at(seconds) })
}

const PAGE = { before: null, limit: 10 }

export function messageReportStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('the report of a message is stored once, and found by the message', async (t) => {
    const { messageReports } = await open(t, makePersistence)
    const first = report('msg_1', 5)
    t.equal(await messageReports.find('msg_1'), null)
    t.same(await messageReports.insert(first), { inserted: true, stored: first })
    t.same(await messageReports.insert({ ...report('msg_1', 9), reason: 'fraud' }), { inserted: false, stored: first })
    t.strictSame(await messageReports.find('msg_1'), first)
    t.strictSame((await messageReports.list('open', PAGE)).items, [first], 'it is listed once')
  })

  t.test('of the decisions about a report one is stored', async (t) => {
    const { messageReports } = await open(t, makePersistence)
    const first = report('msg_1')
    await messageReports.insert(first)
    const decisions = await Promise.all(['ada', 'bora', null].map(async (by) => {
      const next = resolvedReport(first, { decision: 'dismiss', by, at: at(1) })
      return { next, isStored: await messageReports.replace(next) }
    }))
    const [winner, ...others] = decisions.filter(({ isStored }) => isStored).map(({ next }) => next)
    t.strictSame(others, [])
    t.strictSame(await messageReports.find('msg_1'), winner)
    t.equal(await messageReports.replace(resolved(report('msg_none'))), false)
    t.equal(await messageReports.find('msg_none'), null)
  })

  t.test('reports are listed newest first by their state, and a decision moves one', async (t) => {
    const { messageReports } = await open(t, makePersistence)
    const all = Array.from({ length: 5 }, (_, index) => report(`msg_${index}`, index))
    for (const one of all) await messageReports.insert(one)
    const done = resolved(report('msg_1', 1))
    await messageReports.replace(done)
    const newest = [4, 3, 2, 0].map((index) => all[index])
    for (const limit of [1, 3, 10]) t.strictSame((await pages(async (page) => await messageReports.list('open', page), limit)).flat(), newest)
    t.strictSame((await messageReports.list('resolved', PAGE)).items, [done])
    t.equal(await messageReports.countOpen(10), 4)
    t.equal(await messageReports.countOpen(3), 3)
  })

  t.test('what a person has reported is listed, in whatever state', async (t) => {
    const { messageReports } = await open(t, makePersistence)
    await messageReports.insert(report('msg_1', 1))
    await messageReports.insert(report('msg_2', 2))
    await messageReports.insert(newMessageReport(message('msg_3', { receiverId: 'bora' }), 'bora', 'abuse', at(3)))
    const done = resolved(report('msg_1', 1))
    await messageReports.replace(done)
    t.strictSame(await pages(async (page) => await messageReports.listOfReporter('mehmet', page), 1), [[report('msg_2', 2)], [done]])
  })
}
