import { isTaken, type Payment } from '#domain/payments/payment.js'
import type { Client } from './client.js'
import type { UseCases } from './use-cases.js'

/** An administrator decides what a provider leaves open: the end of a refund, a flag, or a dispute of which the bank has written a letter. */
export async function decide (client: Client): Promise<void> {
  const { context: { random } } = client
  await random.pick([decideRefund, decideFlag, decideFlag, recordDispute])(client)
}

/** They look at the provider's statement, so that what they find is true, unless they look too early: then what is not there yet comes later. */
async function decideRefund (client: Client): Promise<void> {
  const { context: { random, banks } } = client
  const open = banks.flatMap((bank) => bank.leftOpen().map((refund) => ({ bank, refund })))
  if (open.length === 0) return
  const { bank, refund } = random.pick(open)
  const { paymentId, refundId } = refund
  const as = random.pick(['succeeded', 'failed'] as const)
  if (as === 'failed' && random.chance(0.5)) bank.doubt(refund)
  else bank.endByHand(refund, as)
  await decided(client, 'resolve refund', async ({ resolveRefund }) => await resolveRefund({ paymentId, refundId: String(refundId), as }))
}

async function decideFlag (client: Client): Promise<void> {
  const { context: { random, ledger } } = client
  const flagged = ledger.payments.filter(({ flags }) => flags.length > 0)
  if (flagged.length === 0) return
  const { paymentId, flags } = random.pick(flagged)
  const flag = random.pick(flags)
  const decision = random.pick(['accept', 'dismiss'] as const)
  await decided(client, 'resolve flag', async ({ resolveFlag }) => await resolveFlag({ paymentId, flag, decision }))
}

/** The provider never knows of it. */
async function recordDispute (client: Client): Promise<void> {
  const { context: { random, ledger } } = client
  const taken = ledger.payments.filter(isTaken)
  if (taken.length === 0) return
  const { paymentId, amount } = random.pick(taken)
  const dispute = { disputeId: `letter-${paymentId}`, status: random.pick(['open', 'won', 'lost', 'warning'] as const), amount: random.pick([amount, Math.ceil(amount * 0.3)]) }
  await decided(client, 'record dispute', async ({ recordDispute: record }) => await record({ paymentId, ...dispute }))
}

async function decided ({ ask, context }: Client, what: string, run: (useCases: UseCases) => Promise<Payment>): Promise<void> {
  const { answer } = await ask(what, run)
  if (answer !== null) context.ledger.payments.push(answer)
}
