import t from 'tap'
import { gatewayAnswering } from './support.js'

const PATH = '/v2/reporting/payment/transactions'
const transaction = (paymentConversationId: unknown, transactionType = 'REFUND', paymentId: unknown = 24_478_123) => ({ paymentConversationId, transactionType, paymentId })

t.test('the report of a day names charges, refunds and cancellations by our reference, page by page', async (t) => {
  const transactions = [transaction('pay_1'), transaction('pay_2', 'PAYMENT'), transaction('pay_3', 'CANCEL', null), transaction(null), transaction(''), transaction('another shop')]
  const { listDay } = await gatewayAnswering(t, { [PATH]: { status: 'success', currentPage: 1, totalPageCount: 2, transactions } })
  const charge = '24478123'
  const moves = [{ paymentId: 'pay_1', isCharge: false, charge }, { paymentId: 'pay_2', isCharge: true, charge }, { paymentId: 'pay_3', isCharge: false, charge: null }]
  t.same(await listDay?.('2026-02-28', 1), { kind: 'listed', moves, hasMore: true })
  t.same(await listDay?.('2026-02-28', 2), { kind: 'listed', moves, hasMore: false })
})

t.test('an empty page is the last one, and a refusal or an unreadable report is no answer', async (t) => {
  const empty = await gatewayAnswering(t, { [PATH]: { status: 'success', totalPageCount: 9 } })
  t.same(await empty.listDay?.('2026-02-28', 1), { kind: 'listed', moves: [], hasMore: false })
  for (const answer of [{ status: 'failure', errorCode: '1001' }, { status: 'success', transactions: 'none' }]) {
    const gateway = await gatewayAnswering(t, { [PATH]: answer })
    t.match(await gateway.listDay?.('2026-02-28', 1), { kind: 'unknown' })
  }
})
