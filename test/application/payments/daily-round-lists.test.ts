import t from 'tap'
import type { ListedDay, ListedMoves } from '#application/ports/payment-gateway.js'
import { laterBy } from '#domain/time.js'
import { aPayment, START } from '../../support/builders.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { found, success, unknown } from '../../support/world.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from './completing.js'
import { GIVEN_BACK, roundsWorld, running, toEnd } from './rounding.js'

const LATER = laterBy(START, -HOUR_MS)

const day = (...moves: Array<[paymentId: string, isCharge: boolean, charge?: string]>): ListedMoves =>
  ({ kind: 'listed', moves: moves.map(([paymentId, isCharge, charge = null]) => ({ paymentId, isCharge, charge })), hasMore: false })
const NONE = day()

function listing (pages: Readonly<Record<string, ListedDay>>) {
  const read: string[] = []
  const gateway = Object.assign(new ScriptedGateway(), {
    listDay: async (of: string, page: number) => {
      read.push(`${of} ${page}`)
      return pages[`${of} ${page}`] ?? NONE
    },
  })
  return { gateway, read }
}

t.test('a list of the provider saves the questions about payments that it does not name', async (t) => {
  const { gateway, read } = listing({
    '2026-02-28 1': { ...day(['pay_old', false], ['pay_known', true], ['pay_none', false]), hasMore: true },
    '2026-02-28 2': day(['pay_late', true], ['pay_other', false]),
  })
  const w = roundsWorld({ gateway })
  await w.put('pay_quiet', 1)
  await w.put('pay_known', 1)
  await w.put('pay_old', 20)
  await w.put('pay_other', 1, { provider: 'other' })
  await w.put('pay_late', 2, aPayment({ paymentId: 'pay_late', createdAt: LATER, status: 'canceled', followUp: null }))
  gateway.willLookup(GIVEN_BACK, found(success()))
  await toEnd(w.node())
  t.same(w.asked(), ['pay_old', 'pay_late'])
  t.match([await w.payments.find('pay_old'), await w.payments.find('pay_late')], [{ status: 'refunded' }, { status: 'succeeded', flags: ['late_success'] }])
  t.same(read, ['2026-02-28 1', '2026-02-28 2', '2026-02-27 1', '2026-02-26 1', '2026-02-25 1', '2026-02-24 1', '2026-02-23 1', '2026-02-22 1'])
})

t.test('a second charge that only the list of the provider names is recorded, and asked about once', async (t) => {
  const { gateway } = listing({
    '2026-02-28 1': day(['pay_twice', true, 'ref-1'], ['pay_twice', true, 'ref-2'], ['pay_once', true, 'ref-1']),
    '2026-02-27 1': day(['pay_twice', true, 'ref-2']),
  })
  const w = roundsWorld({ gateway })
  await w.put('pay_twice', 1)
  await w.put('pay_once', 1)
  gateway.willLookup(found(success(), { ...success(), reference: 'ref-2' }))
  await toEnd(w.node())
  t.same(w.asked(), ['pay_twice'])
  t.match(await w.payments.find('pay_twice'), { flags: ['duplicate_charge'], causes: [{ reference: 'ref-2' }] })
})

t.test('a page of a list with more news than a piece asks about is read once, and its questions are within the rate', async (t) => {
  const { gateway, read } = listing({ '2026-02-28 1': day(['pay_1', false], ['pay_2', false], ['pay_3', false]) })
  const w = roundsWorld({ gateway, perMinute: 1 })
  for (let index = 1; index <= 3; index++) await w.put(`pay_${index}`, 1)
  gateway.willLookup(unknown, unknown, unknown)
  const dailyRound = w.node()
  for (let minute = 0; minute < 12; minute++) {
    await toEnd(dailyRound)
    t.equal(read.length + gateway.lookups.length, Math.min(minute + 1, 10))
    w.time.advance(MINUTE_MS)
  }
  t.same(w.asked(), ['pay_1', 'pay_2', 'pay_3'])
  t.same(w.left, [3])
})

t.test('a process that goes on with the page of a list reads it again', async (t) => {
  const { gateway, read } = listing({ '2026-02-28 1': day(['pay_1', false], ['pay_2', false]) })
  const w = roundsWorld({ gateway, perMinute: 2 })
  for (let index = 1; index <= 2; index++) await w.put(`pay_${index}`, 1)
  gateway.willLookup(unknown, unknown)
  await w.node()(running)
  w.time.advance(10 * MINUTE_MS)
  await w.node()(running)
  t.same([w.asked(), read], [['pay_1', 'pay_2'], ['2026-02-28 1', '2026-02-28 1']])
})

t.test('without its list a provider is asked about each payment', async (t) => {
  const { gateway, read } = listing({ '2026-02-27 1': unknown })
  const w = roundsWorld({ gateway })
  await w.put('pay_1', 1)
  gateway.willLookup(found(success()))
  await toEnd(w.node())
  t.same([w.asked(), read], [['pay_1'], ['2026-02-28 1', '2026-02-27 1']])
})

t.test('payments of a provider whose lists were not all read count as not reached', async (t) => {
  const { gateway } = listing({})
  const w = roundsWorld({ gateway, perMinute: 1 })
  await w.put('pay_1', 1)
  const dailyRound = w.node()
  await toEnd(dailyRound)
  w.time.advance(DAY_MS)
  await toEnd(dailyRound)
  t.same(w.undone, [['2026-03-01', 1]])
})
