import t from 'tap'
import { found, unknown, world } from '../../support/world.js'

t.test('a refused refund says why, and what the provider has not told us is taken in', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const failure = { code: 'charge_disputed', message: 'the payer disputes the charge' }
  w.gateway.willRefund({ kind: 'failed', failure, reference: 'rf-1' }).willLookup(({ refunds }) => found(
    { kind: 'refund', refundId: String(refunds[0]?.refundId), status: 'pending' },
    { kind: 'refund', refundId: null, status: 'succeeded', amount: 1_000, currency: 'TRY', reference: 'rf-2' },
    { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 10_000 }
  ))
  const refused = await w.refund({ paymentId, amount: 100 })
  t.match(refused, {
    refund: { status: 'failed', failure, reference: 'rf-1' },
    payment: { status: 'disputed', refundedAmount: 1_000, refunds: [{}, { origin: 'provider', reference: 'rf-2' }], disputes: [{ disputeId: 'dp_1' }], flags: [] },
  })
  t.match(await w.refund({ paymentId, amount: 100 }), { replayed: true, refund: { status: 'failed', failure } })
  await t.rejects(w.refund({ paymentId, key: 'refund-2', amount: 100 }), { code: 'dispute_open' })
})

t.test('a repeat that is held back by a dispute takes the dispute in', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(unknown).willLookup(found({ kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 10_000 }))
  await w.refund({ paymentId })
  t.match(await w.refund({ paymentId }), { replayed: true, refund: { status: 'pending' }, payment: { status: 'disputed' } })
  t.equal(w.gateway.refunds.length, 1)
})
